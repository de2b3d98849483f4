"""The OpenAPI description that a server gives of itself: what it says of an answer, and whether that is so."""
import copy
import json

import jsonschema

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")

# Fields of HTTP and of CORS, which every answer may have.
UNDESCRIBED = {"date", "content-type", "content-length", "transfer-encoding", "connection", "vary"}


class Description:
    """Remembers which answers it has been shown."""

    def __init__(self, document):
        self.document = document
        self._closed = closed(document)
        self._shown = set()

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operations(self):
        """Each as its path, its method and what is said of it."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method.upper(), item[method]

    def aliases(self, path):
        return self.document["paths"][path].get("x-aliases", [])

    def parameters(self, path, method):
        item = self.document["paths"][path]
        listed = item.get("parameters", []) + item[method.lower()].get("parameters", [])
        return [self.resolve(one) for one in listed]

    def not_shown(self):
        """The answers that it lists and has not been shown."""
        listed = {(path, method, status) for path, method, what in self.operations() for status in what["responses"]}
        return sorted(listed - self._shown)

    def validate(self, value, schema):
        """Whether the value is as the schema says and has no other members. @throws jsonschema.ValidationError"""
        resolver = jsonschema.RefResolver("", self._closed)
        jsonschema.Draft202012Validator(closed(schema), resolver=resolver).validate(value)

    def judge(self, path, method, answer):
        """Whether the answer of that operation is one that it lists, as it says. @return the status it goes by"""
        responses = self.document["paths"][path][method.lower()]["responses"]
        listed = str(answer.status) if str(answer.status) in responses else "default"
        said = self.resolve(responses[listed])
        self._judge_headers(said.get("headers", {}), answer, (path, method))
        if method != "HEAD":
            self._judge_body(said.get("content", {}), answer, (path, method))
        self._shown.add((path, method, listed))
        return listed

    def _judge_headers(self, said, answer, where):
        present = {name.lower() for name in answer.headers}
        known = {name.lower() for name in said} | UNDESCRIBED
        strange = {name for name in present - known if not name.startswith("access-control-")}
        assert not strange, f"{where}: not described: {strange}: {answer}"
        for name, header in said.items():
            header = self.resolve(header)
            text = answer.headers[name]
            if text is None:
                assert not header.get("required"), f"{where}: no {name}: {answer}"
                continue
            kind = self.resolve(header["schema"]).get("type")
            self.validate(int(text) if kind == "integer" else text, header["schema"])

    def _judge_body(self, content, answer, where):
        kind = answer.headers["Content-Type"]
        if kind is None:
            assert not content and not answer.body, f"{where}: a body was promised: {answer}"
            return
        assert kind in content, f"{where}: {kind} is not described: {answer}"
        schema = content[kind].get("schema")
        if schema is None:
            return
        self.validate(json.loads(answer.body) if kind.startswith("application/json") else answer.body.decode(), schema)
        if "x-line" in content[kind]:
            for line in answer.body.splitlines():
                self.validate(json.loads(line), content[kind]["x-line"])

    def judge_event(self, path, event):
        """Whether an event of a stream is as that path's GET says."""
        content = self.document["paths"][path]["get"]["responses"]["200"]["content"]
        self.validate(event.data, content["text/event-stream"]["x-event-data"][event.kind])

    def examples(self):
        """All that stand beside a schema: where, the example and its schema."""
        yield from self._examples(self.document, "#")

    def _examples(self, node, where):
        if isinstance(node, list):
            for at, one in enumerate(node):
                yield from self._examples(one, f"{where}/{at}")
        if not isinstance(node, dict):
            return
        found = node.get("examples")
        if isinstance(found, list):
            yield from ((where, one, node) for one in found)
        elif isinstance(found, dict) and "schema" in node:
            yield from ((f"{where}/{name}", one["value"], node["schema"]) for name, one in found.items())
        for name, one in node.items():
            if name != "examples":
                yield from self._examples(one, f"{where}/{name}")


def closed(node):
    """A copy in which objects have no members but those that are named."""
    node = copy.deepcopy(node)
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            if one.get("type") == "object" and isinstance(one.get("properties"), dict):
                one.setdefault("additionalProperties", False)
            pending += one.values()
        elif isinstance(one, list):
            pending += one
    return node
