// Package svc stands for the one by which Windows runs a program as a service.
package svc

// ChangeRequest is what Windows wants.
type ChangeRequest struct{ Stop bool }
