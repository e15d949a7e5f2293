"""Is this an access token of Gatehouse, for this API, now, and for the tenant whose data is asked for?

python verify.py <jwks url> <issuer> <audience> <tenant id>, one token a line on stdin.
"""

import sys

# region recipe
import jwt


class OtherTenant(Exception):
    pass


class Verifier:
    def __init__(self, jwks_url: str, issuer: str, audience: str) -> None:
        # One for the whole process: this is the cache.
        self._keys = jwt.PyJWKClient(jwks_url, timeout=5)
        self._issuer = issuer
        self._audience = audience

    def verify(self, token: str, tenant_id: str) -> dict:
        token_parts = jwt.decode_complete(
            token,
            self._keys.get_signing_key_from_jwt(token),
            algorithms=["ES256"],
            issuer=self._issuer,
            audience=self._audience,
            options={"require": ["iss", "aud", "exp", "sub", "tenant_id"]},
        )
        # PyJWT leaves this one to us.
        if token_parts["header"].get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("not an access token")
        claims = token_parts["payload"]
        if claims["tenant_id"] != tenant_id:
            raise OtherTenant
        return claims


def status_of(error: Exception) -> int:
    """401 when the token is bad, 404 when the tenant is another one, 503 when there are no keys to tell."""
    if isinstance(error, OtherTenant):
        return 404
    if isinstance(error, jwt.PyJWTError) and not isinstance(error, jwt.PyJWKClientConnectionError):
        return 401
    return 503
# endregion


def main() -> None:
    jwks_url, issuer, audience, tenant_id = sys.argv[1:]
    verifier = Verifier(jwks_url, issuer, audience)
    for line in sys.stdin:
        try:
            print("ok", verifier.verify(line.rstrip("\n"), tenant_id)["sub"], flush=True)
        except Exception as error:
            print("no", status_of(error), type(error).__name__, flush=True)


if __name__ == "__main__":
    main()
