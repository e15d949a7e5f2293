// Is this an access token of Gatehouse, for this API, now, and for the tenant whose data is asked for?
// verify <jwks url> <issuer> <audience> <tenant id>, one token a line on stdin.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
)

func main() {
	ctx := context.Background()
	jwksURL, issuer, audience, tenantID := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	verifier, err := NewVerifier(ctx, jwksURL, issuer, audience)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		claims, err := verifier.Verify(ctx, lines.Bytes(), tenantID)
		if err != nil {
			fmt.Println("no", statusOf(err))
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		subject, _ := claims.Subject()
		fmt.Println("ok", subject)
	}
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, ErrOtherTenant):
		return 404
	case errors.Is(err, ErrNoKeys):
		return 503
	default:
		return 401
	}
}
