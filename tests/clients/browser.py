"""Stands for a person at a browser: opens an address, chooses the person offered first, and goes where that leads.

With --print-code the last address is not opened; its `code` is printed. Standard library only.
"""
import html.parser
import sys
import urllib.error
import urllib.parse
import urllib.request


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(address, form=None):
    """(address to go on to, text)"""
    local = urllib.parse.urlsplit(address).hostname in ("localhost", "127.0.0.1")
    handlers = [Stay()] + ([urllib.request.ProxyHandler({})] if local else [])
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.build_opener(*handlers).open(address, data, timeout=60) as answer:
            return "", answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as e:
        if 300 <= e.code < 400:
            return urllib.parse.urljoin(address, e.headers["Location"]), ""
        raise SystemExit(f"{address}: {e.code} {e.read().decode('utf-8', 'replace')}")


class Form(html.parser.HTMLParser):
    """The first form of a page, as pressing its first button sends it."""

    def __init__(self, page):
        super().__init__()
        self.method, self.action, self.fields, self.pressed = None, "", {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "form" and self.method is None:
            self.method, self.action = has.get("method", "get").lower(), has.get("action", "")
        elif tag == "input" and has.get("type") == "hidden":
            self.fields[has["name"]] = has.get("value", "")
        elif tag == "button" and "name" in has and not self.pressed:
            self.fields[has["name"]] = has.get("value", "")
            self.pressed = True


def main():
    arguments = [word for word in sys.argv[1:] if word != "--print-code"]
    address, form = arguments[-1], None
    for _ in range(6):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        if "--print-code" in sys.argv and "code" in asked:
            print(asked["code"][0])
            return
        onward, page = fetch(address, form)
        form = None
        if not onward:
            offered = Form(page)
            if offered.method is None:
                return
            onward = urllib.parse.urljoin(address, offered.action)
            if offered.method == "post":
                form = offered.fields
            else:
                onward += "?" + urllib.parse.urlencode(offered.fields)
        address = onward


if __name__ == "__main__":
    main()
