"""C functions and what their summaries must say: each bad one has a near-identical good one."""

from __future__ import annotations

import pytest

from golint_mem.semantics.c.summaries import CSummary, summarise


def of(source: str, name: str = "f") -> CSummary:
    return summarise([source.encode()])[name]


NODE = "struct item { char *name; }; struct node { char *url; struct item *items; struct node *next; };\n"
FREES = {
    "plain": ("void f(char *p) { free(p); }", {(0, "")}),
    "reads only": ("void f(char *p) { puts(p); }", set()),
    "second": ("void f(int n, char *p) { if (n) free(p); }", {(1, "")}),
    "field": ("void f(struct node *p) { free(p->url); }", {(0, "url")}),
    "field and self": ("void f(struct node *p) { free(p->url); free(p); }", {(0, "url"), (0, "")}),
    "loop": ("void f(char **a, int n) { for (int i = 0; i < n; i++) free(a[i]); }", {(0, "[]")}),
    "loop reads": ("void f(char **a, int n) { for (int i = 0; i < n; i++) puts(a[i]); }", set()),
    "items": ("void f(struct node *p, int i) { free((void *)p->items[i].name); }", {(0, "items[].name")}),
    "copy": ("void f(void *p) { char *q = (char *)p; free(q); }", {(0, "")}),
    "copy overwritten": ("void f(void *p) { char *q = (char *)p; q = strdup(q); free(q); }", set()),
    "copy in branch": ("void f(void *p, int n) { if (n) { p = strdup(p); free(p); } }", set()),
    "uninitialised": ("void f(void *p) { char *q; q = p; free(q); }", {(0, "")}),
    "forwarded": ("void f(void *p) { g((char *)p); } void g(char *p) { free(p); }", {(0, "")}),
    "forwarded field": ("void g(char **p) { free(*p); } void f(struct node *p) { g(&p->url); }", {(0, "url")}),
    "address of copy": ("void g(char **p) { free(*p); } void f(char *p) { g(&p); }", {(0, "")}),
    "recursion": ("void f(struct node *p) { if (!p) return; f(p->next); free(p); }", {(0, ""), (0, "next")}),
    "list": (
        "void f(struct node *p) { struct node *n; while (p) { n = p->next; free(p->url); free(p); p = n; } }",
        {(0, ""), (0, "url")},
    ),
    "macro": ("#define DROP(x) do { free(x); (x) = NULL; } while (0)\nvoid f(char *p) { DROP(p); }", {(0, "")}),
    "macro reads": ("#define DROP(x) do { puts(x); } while (0)\nvoid f(char *p) { DROP(p); }", set()),
    "alias": ("#define my_free free\nvoid f(char *p) { my_free(p); }", {(0, "")}),
    "destructor": ("void f(ctx *c, char *s, int n) { sqlite3_result_text(c, s, n, &free); }", {(1, "")}),
    "transient": ("void f(ctx *c, char *s, int n) { sqlite3_result_text(c, s, n, SQLITE_TRANSIENT); }", set()),
    "own destructor": ("void d(void *p) { free(p); } void f(ctx *c, char *s) { set(c, s, d); }", {(1, "")}),
    "realloc": ("char *f(char *p) { return realloc(p, 9); }", {(0, "")}),
    "realloc field": ("void f(struct node *p) { p->url = realloc(p->url, 9); }", set()),
    "shadowing name": ("void f(char *p, char *q) { char *r = q; free(r); }", {(1, "")}),
    "glib": ("static inline void f(char **p) { g_strfreev(p); }", {(0, ""), (0, "[]")}),
    "ifdef": ("#ifdef A\nvoid f(char *p) {\n#ifdef B\n free(p);\n#endif\n}\n#endif", {(0, "")}),
}


@pytest.mark.parametrize("case", FREES)
def test_frees(case: str) -> None:
    source, expected = FREES[case]
    assert of(NODE + source).frees == expected


FRESH = {
    "malloc": ("char *f(int n) { return malloc(n); }", "free"),
    "through variable": ("char *f(int n) { char *p = (char *)malloc(n); if (!p) return NULL; return p; }", "free"),
    "glib": ('char *f(int n) { return g_strdup_printf("%d", n); }', "g_free"),
    "wrapper": ("char *f(char *s) { return g(s); } char *g(char *s) { return strdup(s); }", "free"),
    "asprintf": ('char *f(int n) { char *s; asprintf(&s, "%d", n); return s; }', "free"),
    "macro": ("#define DUP(s) strdup(s)\nchar *f(char *s) { return DUP(s); }", "free"),
    "global": ("char *cache; char *f(int n) { cache = malloc(n); return cache; }", None),
    "global after": ("char *cache; char *f(int n) { char *p = malloc(n); cache = p; return p; }", None),
    "static": ("char *f(int n) { static char *p; p = malloc(n); return p; }", None),
    "static initialised": ("char *f(char *s) { static char *p = 0; if (!p) p = strdup(s); return p; }", None),
    "literal": ('const char *f(void) { return "x"; }', None),
    "parameter": ("char *f(char *p) { return p; }", None),
    "field": ("char *f(struct node *p) { return p->url; }", None),
}


@pytest.mark.parametrize("case", FRESH)
def test_returns_fresh(case: str) -> None:
    source, release = FRESH[case]
    found = of(NODE + source)
    assert (found.returns_fresh, found.release if found.returns_fresh else None) == (release is not None, release)


STORES = {
    "global": ("char *g; void f(char *p) { g = p; }", {0}),
    "local": ("void f(char *p) { char *g; g = p; }", set()),
    "copied field": ("void f(struct node *n, char *p) { n->url = strdup(p); }", set()),
    "allocated": ("void *f(char *p) { struct node *n = malloc(9); n->url = p; return n; }", {0}),
    "number": ("int g; void f(int p) { g = p; }", set()),
    "named": ("void f(q *a, char *p) { queue_take_ownership(p); }", {1}),
    "unnamed": ("void f(q *a, char *p) { queue_print(p); }", set()),
    "forwarded": ("char *g; void h(char *p) { g = p; } void f(int n, char *p) { h(p); }", {1}),
}


@pytest.mark.parametrize("case", STORES)
def test_stores(case: str) -> None:
    source, expected = STORES[case]
    assert of(NODE + source).stores == expected


def test_links() -> None:
    field = "void f(char *p, struct node *n) { n->url = p; }"
    assert of(NODE + field).links == {(0, 1)} and not of(NODE + field).stores
    local = field.replace("f(", "set(") + "void f(char *p) { struct node n; set(p, &n); }"
    assert not of(NODE + local).stores
    kept = field.replace("f(", "set(") + "struct node *g; void f(char *p) { set(p, g); }"
    assert of(NODE + kept).stores == {0}


def test_returns_and_fills() -> None:
    assert of("char *f(int a, char *p) { return p + a; }").returns == {1}
    assert of("char *f(int a, char *p) { return a ? p : 0; }").returns == {1}
    assert of("int f(int a, char *p) { return p == 0; }").returns == frozenset()
    assert of("int f(char **o) { *o = malloc(1); return 0; }").fills == {0}
    assert of("int f(char **o, char *s) { *o = s; return 0; }").fills == frozenset()
    assert of('int f(char **o) { return asprintf(o, "x"); }').fills == {0}
    assert of(NODE + 'int f(struct node *o) { o->url = strdup("x"); return 0; }').fills_fields == {(0, "url")}


def test_prototypes_and_types() -> None:
    found = of("extern const char *f(struct node *p, int, char **q);")
    assert (found.defined, found.returns_type) == (False, "const char *")
    assert found.param_types == ("struct node *", "int", "char **")


def test_large_sources_give_prototypes_only() -> None:
    source = b"SQLITE_API const char *f(db *p, int n);\nint g(void);\nvoid h(char *p) { free(p); return g(p); }\n"
    found = summarise([source], largest=10)
    assert (found["f"].returns_type, found["f"].param_types) == ("const char *", ("db *", "int"))
    assert set(found) == {"f", "g"}


def test_wanted_follows_calls() -> None:
    source = b"void a(char *p) { b(p); } void b(char *p) { free(p); } void z(char *p) { free(p); }"
    found = summarise([source], frozenset({"a", "strdup"}))
    assert set(found) == {"a", "b", "strdup"}
    assert found["a"].frees == {(0, "")}
    assert found["strdup"].returns_fresh


def test_deep_nesting_and_broken_source() -> None:
    deep = "void f(char *p) { free(" + "(" * 10_000 + "p" + ")" * 10_000 + "); }"
    assert of(deep).frees == {(0, "")}
    blocks = "void f(char *p) " + "{ if (p) " * 10_000 + "free(p);" + "}" * 10_000
    assert of(blocks).frees == {(0, "")}
    assert of("@@ int ((( ;\nvoid f(char *p) { free(p); }").frees == {(0, "")}
