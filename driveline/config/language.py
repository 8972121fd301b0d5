"""The interface language: what the user chose, else Chinese. The browser's own wish is not asked; a program's is."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation.trans_real import parse_accept_lang_header

from driveline.kit.api.declare import by_program


class ChosenLanguageMiddleware(MiddlewareMixin):
    """Activate the language of the cookie that the language switch sets.

    Django's own middleware would follow Accept-Language, and half of a store's browsers are English ones.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the chosen language for this request."""
        if by_program(request.path_info):
            chosen = asked(request.headers.get("Accept-Language", ""))
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language the answer is in."""
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def asked(header: str) -> str:
    """The first language of an Accept-Language header that we speak; "" for none."""
    for wish, _quality in parse_accept_lang_header(header.lower()):
        for code, _name in settings.LANGUAGES:
            if wish.partition("-")[0] == code.partition("-")[0]:
                return code
    return ""
