"""What the text of Objective-C and C++ shows to be freed."""

from __future__ import annotations

from golint_mem.semantics.c.foreign import exposures, lenders, plain_frees
from golint_mem.semantics.c.summaries import summarise

OBJECTIVE_C = b"""
#import <Cocoa/Cocoa.h>
@interface Item : NSObject
@end

void setLabel(void* item, char *label, char *kept) {
    if ([NSThread isMainThread]) {
        [(Item *)item setTitle:[NSString stringWithUTF8String:label]];
    } else {
        dispatch_sync(dispatch_get_main_queue(), ^{
            [(Item *)item setToolTip:[NSString stringWithUTF8String:kept]];
        });
    }
    free((void*)label);
}

void setOther(void* item, char *label) {
    [(Item *)item setTitle:[[NSString alloc] initWithUTF8String:label]];
}
"""
CPLUSPLUS = b"""
#include <vector>
extern "C" {
void engine_free(Engine* engine, int how) {
    delete static_cast<demo::Engine*>(engine);
}
}
"""

LENDING = b"""
static CFTypeRef windowOf(CFTypeRef viewRef) {
	@autoreleasepool {
		NSView *view = (__bridge NSView *)viewRef;
		return (__bridge CFTypeRef)view.window;
	}
}
static CFTypeRef textOf(CFTypeRef viewRef) {
	return (__bridge_retained CFTypeRef)[[NSString alloc] init];
}
"""
MAKING = b"""
extern "C" {
Label *label_new(int size, const char *text) {
    return new Label(size, text);
}
Name *name_new(const char *text) {
    return wrap(new std::string(text));
}
}
"""


def test_a_parameter_that_is_handed_to_free_is_freed() -> None:
    assert dict(plain_frees(OBJECTIVE_C)) == {"setLabel": frozenset({1})}


def test_delete_frees() -> None:
    assert dict(plain_frees(CPLUSPLUS)) == {"engine_free": frozenset({0})}


def test_summaries_know_it() -> None:
    found = summarise([OBJECTIVE_C], frozenset({"setLabel", "setOther"}))
    assert found["setLabel"].frees == {(1, "")}
    assert "setOther" not in found or not found["setOther"].frees


def test_a_bridge_without_a_transfer_lends() -> None:
    assert list(lenders(LENDING)) == ["windowOf"]
    assert summarise([LENDING], frozenset({"windowOf"}))["windowOf"].lends


def test_a_constructor_may_go_on_using_what_it_gets() -> None:
    assert dict(exposures(MAKING)) == {"label_new": frozenset({0, 1})}
    assert summarise([MAKING], frozenset({"label_new"}))["label_new"].exposes == {0, 1}
