// How does an ASP.NET Core API believe Gatehouse's access tokens, and nothing else?

// region recipe
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

var builder = WebApplication.CreateBuilder(args);
var issuer = builder.Configuration["Gatehouse:Issuer"]!;

builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    // The metadata of Gatehouse are at the place of RFC 8414, not at that of OpenID Connect.
    options.MetadataAddress = $"{issuer}/.well-known/oauth-authorization-server";
    options.AutomaticRefreshInterval = TimeSpan.FromMinutes(5); // 12 hours otherwise
    options.RefreshInterval = TimeSpan.FromSeconds(30);         // after an unknown kid; 5 minutes otherwise
    options.MapInboundClaims = false;                           // `sub` stays `sub`
    options.TokenValidationParameters = new TokenValidationParameters
    {
        ValidIssuer = issuer,
        ValidAudience = builder.Configuration["Gatehouse:Audience"],
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = ["at+jwt"],
        ClockSkew = TimeSpan.FromSeconds(30), // 5 minutes otherwise: the life of a token once more
        NameClaimType = "sub",
        RoleClaimType = "roles"
    };
});

builder.Services.AddAuthorizationBuilder().AddPolicy("own-tenant", policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
    context.Resource is HttpContext http
    && http.Request.RouteValues["tenant"] is string tenant
    && context.User.HasClaim("tenant_id", tenant)));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/tenants/{tenant}/orders", (string tenant) => Results.Ok()).RequireAuthorization("own-tenant");
app.Run();
// endregion
