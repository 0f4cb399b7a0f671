"""Paths of joining, vetting and the network."""

# rooms are included here as they come

app_name = "partners"
urlpatterns: list = []
