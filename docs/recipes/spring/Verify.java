// The decoder without the server: tokens on stdin, one a line.
// java -cp … Verify <jwks url> <issuer> <audience> <tenant id>

import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

public final class Verify {
  public static void main(String[] args) throws Exception {
    JwtDecoder decoder = GatehouseTokens.jwtDecoder(args[0], args[1], args[2]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        Jwt token = decoder.decode(line);
        System.out.println(GatehouseTokens.isOfTenant(token, args[3]) ? "ok " + token.getSubject() : "no 404");
      } catch (BadJwtException error) {
        System.out.println("no 401 " + error.getClass().getSimpleName());
      } catch (Exception error) {
        System.out.println("no 503 " + error.getClass().getSimpleName());
      }
    }
    System.exit(0); // the cache has a thread that would go on
  }
}
