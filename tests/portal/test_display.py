"""Display choices: cookies, the way back, and that no open redirect hides in it."""

import pytest


def test_the_choice_is_kept_and_the_reader_goes_back(client, db):
    answer = client.get("/display/", {"set": "1", "size": "xl", "theme": "contrast", "next": "/display/"})
    assert answer.status_code == 302 and answer["Location"] == "/display/"
    html = client.get("/display/").content.decode()
    assert 'data-size="xl"' in html and 'data-theme="contrast"' in html


def test_the_standard_takes_the_choice_back(client, db):
    client.get("/display/", {"set": "1", "size": "xl"})
    client.get("/display/", {"set": "1", "size": ""})
    assert "data-size" not in client.get("/display/").content.decode()


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", "evil"]
)
def test_no_way_leads_to_another_site(client, db, url):
    assert client.get("/display/", {"set": "1", "next": url})["Location"] == "/"


def test_an_unknown_choice_is_told_and_sets_nothing(client, db):
    answer = client.get("/display/", {"set": "1", "size": "huge"})
    assert answer.status_code == 422 and not answer.cookies


def test_the_page_is_never_cached(client, db):
    assert "no-store" in client.get("/display/")["Cache-Control"]
