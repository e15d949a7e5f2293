// Is this an access token of Gatehouse, for this API, now, and for the tenant whose data is asked for?
// java -cp … Verify.java <jwks url> <issuer> <audience> <tenant id>, one token a line on stdin.

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.Set;

public final class Verify {
  // region recipe
  static final class OtherTenant extends Exception {}

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /** Make one for the whole process: it holds the cache of keys. */
  Verify(String jwksUrl, String issuer, String audience) throws MalformedURLException {
    // The library waits for half a second at most, which is short for a first connection. While the gateway is away,
    // keys that were good an hour ago stay good.
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.<SecurityContext>create(URI.create(jwksUrl).toURL(), new DefaultResourceRetriever(5_000, 5_000, 51_200))
            .outageTolerant(3_600_000)
            .build();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp", "sub", "tenant_id")));
  }

  JWTClaimsSet verify(String token, String tenantId) throws ParseException, BadJOSEException, JOSEException, OtherTenant {
    JWTClaimsSet claims = processor.process(token, null);
    if (!tenantId.equals(claims.getStringClaim("tenant_id"))) throw new OtherTenant();
    return claims;
  }

  /** 401 when the token is bad, 404 when the tenant is another one, 503 when there are no keys to tell. */
  static int statusOf(Exception error) {
    if (error instanceof OtherTenant) return 404;
    return error instanceof KeySourceException ? 503 : 401;
  }
  // endregion

  public static void main(String[] args) throws Exception {
    Verify verifier = new Verify(args[0], args[1], args[2]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        System.out.println("ok " + verifier.verify(line, args[3]).getSubject());
      } catch (Exception error) {
        System.out.println("no " + statusOf(error) + " " + error.getClass().getSimpleName());
      }
    }
    System.exit(0); // the cache has a thread that would go on
  }
}
