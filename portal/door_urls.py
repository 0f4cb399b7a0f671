"""The routes of allauth that are in use. What is not listed here does not exist."""

from django.urls import path

from portal import codes, doors, my_logins, passkeys

urlpatterns = [
    path("login/", doors.login, name="account_login"),
    path("code/", codes.ask, name="account_code"),
    path("code/enter/", codes.enter, name="account_code_enter"),
    path("logout/", doors.logout, name="account_logout"),
    path("inactive/", doors.inactive, name="account_inactive"),
    path("reauthenticate/", doors.reauthenticate, name="account_reauthenticate"),
    path("password/change/", doors.change_password, name="account_change_password"),
    path("2fa/", doors.factors, name="mfa_index"),
    path("2fa/authenticate/", doors.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", doors.reauthenticate_by_code, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", doors.enrol_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", doors.remove_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", doors.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", doors.new_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", doors.download_codes, name="mfa_download_recovery_codes"),
    path("2fa/passkeys/", passkeys.passkeys, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", passkeys.add, name="mfa_add_webauthn"),
    path("2fa/passkeys/rename/", passkeys.rename, name="mfa_edit_webauthn"),
    path("2fa/passkeys/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("2fa/passkeys/login/", passkeys.login, name="mfa_login_webauthn"),
    path("2fa/passkeys/reauthenticate/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("sessions/", my_logins.sessions, name="usersessions_list"),
]
