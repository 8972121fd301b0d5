"""Addresses of sign-in, account, store switch, preferences, phones."""

from django.urls import path

from driveline.core import views
from driveline.core.views import files, options

app_name = "core"
urlpatterns = [
    path("sign-in/", views.sign_in, name="login"),
    path("sign-out/", views.sign_out, name="logout"),
    path("first-run/", views.first_run, name="first_run"),
    path("account/password/", views.password, name="password"),
    path("account/sessions/", views.sessions_list, name="sessions"),
    path("account/sessions/end-others/", views.sessions_end_others, name="sessions_end_others"),
    path("account/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("account/", views.profile, name="profile"),
    path("switch-store/", views.switch_store, name="switch_store"),
    path("switch-store/due/", views.stores_due, name="stores_due"),
    path("preferences/", views.preferences, name="preferences"),
    path("options/brands/", options.brands, name="brands"),
    path("options/series/", options.series, name="series"),
    path("options/people/", options.people, name="people"),
    path("options/cities/", options.cities, name="cities"),
    path("options/models/", options.models, name="models"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("phones/<int:pk>/reveal/", views.phone_reveal, name="phone_reveal"),
]
