"""Addresses of sign-in, account, store switch, preferences, phones."""

from django.urls import path

app_name = "core"
urlpatterns: list = []
