package main

// region recipe
import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

var (
	ErrOtherTenant = errors.New("the token is of another tenant") // 404
	ErrNoKeys      = errors.New("the keys cannot be had")         // 503; any other error is 401
)

// Verifier holds the cache of keys: make one for the whole process.
type Verifier struct {
	keysURL, issuer, audience string
	keys                      *jwk.Cache
	mutex                     sync.Mutex
	refreshedAt               time.Time
}

func NewVerifier(ctx context.Context, keysURL, issuer, audience string) (*Verifier, error) {
	keys, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	// Left alone, the cache keeps a set for a quarter of an hour. An API should start without the gateway, so do not wait.
	if err := keys.Register(ctx, keysURL, jwk.WithConstantInterval(5*time.Minute), jwk.WithWaitReady(false)); err != nil {
		return nil, err
	}
	return &Verifier{keysURL: keysURL, issuer: issuer, audience: audience, keys: keys}, nil
}

func (v *Verifier) Verify(ctx context.Context, token []byte, tenantID string) (jwt.Token, error) {
	claims, err := jwt.Parse(token,
		jwt.WithContext(ctx),
		jwt.WithKeyProvider(jws.KeyProviderFunc(v.findKey)),
		jwt.WithIssuer(v.issuer),
		jwt.WithAudience(v.audience),
		jwt.WithRequiredClaim("exp"),
		jwt.WithRequiredClaim("sub"),
		jwt.WithRequiredClaim("tenant_id"),
	)
	if err != nil {
		return nil, err
	}
	var tokenTenantID string
	if err := claims.Get("tenant_id", &tokenTenantID); err != nil {
		return nil, err
	}
	if tokenTenantID != tenantID {
		return nil, ErrOtherTenant
	}
	return claims, nil
}

// findKey is where typ and alg are checked, too: a token that is wrong there gets no key.
func (v *Verifier) findKey(ctx context.Context, sink jws.KeySink, signature *jws.Signature, _ *jws.Message) error {
	header := signature.ProtectedHeaders()
	if typ, _ := header.Type(); typ != "at+jwt" {
		return fmt.Errorf("typ %q is not that of an access token", typ)
	}
	if alg, _ := header.Algorithm(); alg != jwa.ES256() {
		return fmt.Errorf("alg %q is not ES256", alg)
	}
	kid, _ := header.KeyID()
	set, err := v.keys.Lookup(ctx, v.keysURL)
	key, known := lookupKey(set, kid)
	if !known && v.mayRefresh(err != nil) {
		if set, err = v.keys.Refresh(ctx, v.keysURL); err != nil {
			return errors.Join(ErrNoKeys, err)
		}
		key, known = lookupKey(set, kid)
	}
	if err != nil {
		return errors.Join(ErrNoKeys, err)
	}
	if !known {
		return fmt.Errorf("no key has the kid %q", kid)
	}
	sink.Key(jwa.ES256(), key)
	return nil
}

func lookupKey(set jwk.Set, kid string) (jwk.Key, bool) {
	if set == nil {
		return nil, false
	}
	return set.LookupKeyID(kid)
}

// An unknown kid is worth one look, but whoever invents kids must not make us ask each time.
func (v *Verifier) mayRefresh(empty bool) bool {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	pause := 30 * time.Second
	if empty {
		pause = time.Second
	}
	if time.Since(v.refreshedAt) < pause {
		return false
	}
	v.refreshedAt = time.Now()
	return true
}

// endregion
