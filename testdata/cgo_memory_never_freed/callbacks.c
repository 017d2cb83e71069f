#include <stdlib.h>

#include "_cgo_export.h"

void walk(void) {
	char *name = goName();
	if (goVisit(name) == 0) {
		goReport(name);
		goReportOnce(name);
	}
	free(name);
}
