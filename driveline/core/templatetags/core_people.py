"""How templates name people and roles."""

from django import template

from driveline.core import people

register = template.Library()

register.filter("role_label", people.role_label)
register.filter("user_label", people.user_label)
