"""Codes of the audit and of recurring jobs, as words."""

from django import template

from portal.code_words import job_words, verb_words

register = template.Library()
register.filter("verb_words", verb_words)
register.filter("job_words", job_words)
