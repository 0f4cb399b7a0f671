"""What the site says of itself stands in both languages, for everybody, and leaves no cookie."""

import re

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/about/accessibility/", "/about/privacy/"])
def test_the_statements_are_there_in_both_languages(client, path):
    chinese, english = client.get(path), client.get(f"/en{path}")
    for page in (chinese, english):
        assert page.status_code == 200 and page["X-Page-Cache"] == "public" and not page.cookies
    main = re.search(r"<main.*</main>", english.content.decode(), re.S)
    assert main and not re.search(r"[\u4e00-\u9fff]", main.group())
    assert path in client.get("/who/").content.decode()


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_where_to_go_on(client):
    page = client.get("/policies/never/")
    text = page.content.decode()
    assert page.status_code == 404
    for link in ("/search/", "/check/", "/places/", "tel:12345"):
        assert f'href="{link}"' in text
