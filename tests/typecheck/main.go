// Prints what go/types says of the calls, names and selectors of standard library packages, one line each.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, path := range os.Args[1:] {
		if err := dump(out, path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func dump(out *bufio.Writer, path string) error {
	found, err := build.Import(path, "", 0)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range found.GoFiles {
		file, err := parser.ParseFile(fset, found.Dir+"/"+name, nil, 0)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	conf.Check(path, fset, files, info)
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			expr, ok := node.(ast.Expr)
			if !ok {
				return true
			}
			kind, called := "name", ""
			switch one := expr.(type) {
			case *ast.CallExpr:
				kind, called = "call", name(info, one.Fun)
			case *ast.Ident, *ast.SelectorExpr:
			default:
				return true
			}
			if known, ok := info.Types[expr]; ok && (known.IsValue() || kind == "call") {
				start, end := fset.Position(expr.Pos()), fset.Position(expr.End())
				fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%v\t%s\n", start.Filename, start.Offset, end.Offset, kind, known.Type, called)
			}
			return true
		})
	}
	return nil
}

// name is the full name of the declared function that a call expression calls; empty for values and conversions.
func name(info *types.Info, function ast.Expr) string {
	function = ast.Unparen(function)
	switch one := function.(type) {
	case *ast.IndexExpr:
		function = one.X
	case *ast.IndexListExpr:
		function = one.X
	}
	var used types.Object
	switch one := function.(type) {
	case *ast.Ident:
		used = info.Uses[one]
	case *ast.SelectorExpr:
		used = info.Uses[one.Sel]
	}
	switch one := used.(type) {
	case *types.Func:
		return one.FullName()
	case *types.Builtin:
		return "builtin." + one.Name()
	}
	return ""
}
