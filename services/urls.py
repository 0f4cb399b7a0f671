"""Paths of the care, by room."""

# rooms are included here as they come

app_name = "services"
urlpatterns: list = []
