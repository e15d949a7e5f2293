// How does a Spring Boot API believe Gatehouse's access tokens, and nothing else?

// region recipe
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

@Configuration(proxyBeanMethods = false)
public class GatehouseTokens {
  // A decoder of our own, because the one that Boot makes from properties wants typ JWT and refuses at+jwt.
  @Bean
  static JwtDecoder jwtDecoder(
      @Value("${gatehouse.jwks-url}") String jwksUrl,
      @Value("${gatehouse.issuer}") String issuer,
      @Value("${gatehouse.audience}") String audience) throws MalformedURLException {
    // Nor its keys: that source has no timeout, and asks again for each kid that somebody invents.
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.<SecurityContext>create(URI.create(jwksUrl).toURL(), new DefaultResourceRetriever(5_000, 5_000, 51_200))
            .outageTolerant(3_600_000)
            .build();
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys).jwsAlgorithm(SignatureAlgorithm.ES256).build();
    decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
        JwtValidators.createAtJwtValidator().issuer(issuer).audience(audience).build(),
        new JwtClaimValidator<String>("tenant_id", tenantId -> tenantId != null && !tenantId.isEmpty())));
    return decoder;
  }

  @Bean
  SecurityFilterChain api(HttpSecurity http) throws Exception {
    return http
        .authorizeHttpRequests(requests -> requests
            .requestMatchers("/tenants/{tenant}/**").access((who, where) -> new AuthorizationDecision(
                who.get() instanceof JwtAuthenticationToken caller && isOfTenant(caller.getToken(), where)))
            .anyRequest().denyAll())
        .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(roles())))
        .csrf(csrf -> csrf.disable()) // no cookie speaks for anybody here
        .build();
  }

  private static boolean isOfTenant(Jwt token, RequestAuthorizationContext where) {
    return isOfTenant(token, where.getVariables().get("tenant"));
  }

  static boolean isOfTenant(Jwt token, String tenantId) {
    return tenantId != null && tenantId.equals(token.getClaimAsString("tenant_id"));
  }

  // hasRole("admin") asks the claim `roles`.
  private static JwtAuthenticationConverter roles() {
    JwtGrantedAuthoritiesConverter authorities = new JwtGrantedAuthoritiesConverter();
    authorities.setAuthoritiesClaimName("roles");
    authorities.setAuthorityPrefix("ROLE_");
    JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
    converter.setJwtGrantedAuthoritiesConverter(authorities);
    return converter;
  }
}
// endregion
