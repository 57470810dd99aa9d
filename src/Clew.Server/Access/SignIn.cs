using System.Security.Claims;
using System.Threading.RateLimiting;
using Clew.Access;
using Clew.Server.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Clew.Server.Access;

/// <summary>The permission that a page names, the same as an endpoint's.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresAttribute(params Deed[] anyOf) : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>Any of these lets one in.</summary>
    public IReadOnlyList<Deed> AnyOf { get; } = anyOf;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new DeedRequirement([.. AnyOf])];
}

/// <summary>
/// How people and systems are known: a request with an Authorization header by its key, any other by the cookie of a person who
/// signed in. Both lead to the same <see cref="Caller"/>, and every endpoint and page takes both.
/// </summary>
public static class SignIn
{
    /// <summary>The scheme that forwards to the one of the two.</summary>
    public const string EitherScheme = "either";

    /// <summary>The scheme of people.</summary>
    public const string CookieScheme = "cookie";

    /// <summary>Where one signs in.</summary>
    public const string Address = "/sign-in";

    /// <summary>Where the code of the authenticator app is asked for.</summary>
    public const string CodeAddress = "/sign-in/code";

    /// <summary>Where somebody with a link sets a password.</summary>
    public const string LinkAddress = "/welcome/";

    /// <summary>The limit of attempts to sign in.</summary>
    public const string AttemptsPolicy = "attempts";

    /// <summary>The claims that hold a person's names.</summary>
    public const string NameEnClaim = "clew:nameEn";

    /// <inheritdoc cref="NameEnClaim"/>
    public const string NameZhClaim = "clew:nameZh";

    /// <summary>The scheme of those whose password was right and who owe the code.</summary>
    public const string HalfScheme = "half";

    /// <summary>A shift and the way home. Used meanwhile, it is prolonged.</summary>
    public static readonly TimeSpan CookieLife = TimeSpan.FromHours(12);

    // To take the phone out of a pocket.
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(5);

    // A person who mistypes needs three or four; a guesser gets nowhere with these.
    private const int AttemptsAMinute = 20;

    /// <summary>Adds both ways in.</summary>
    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("clew");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(s => new ConfigureOptions<KeyManagementOptions>(o => o.XmlRepository = ActivatorUtilities.CreateInstance<Seals>(s)));
        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, options => options.ForwardDefaultSelector = context => IsSystem(context) ? KeyAuthentication.SchemeName : CookieScheme)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null)
            .AddCookie(CookieScheme, options =>
            {
                options.Cookie.Name = "clew";
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax; // Strict would show the sign-in page to everybody who follows a link in a mail.
                options.ExpireTimeSpan = CookieLife;
                options.SlidingExpiration = true;
                options.LoginPath = Address;
                options.ReturnUrlParameter = "to";
                options.Events.OnRedirectToLogin = context => Send(context, StatusCodes.Status401Unauthorized);
                options.Events.OnRedirectToAccessDenied = context => Send(context, StatusCodes.Status403Forbidden);
            })
            .AddCookie(HalfScheme, options =>
            {
                options.Cookie.Name = "clew-half";
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Strict;
                options.ExpireTimeSpan = HalfLife;
                options.SlidingExpiration = false;
            });
        services.AddOptions<CookieAuthenticationOptions>(CookieScheme).Configure<Sessions>((options, sessions) => options.SessionStore = sessions);
        services.AddSingleton<People>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<AccessDesk>();
        services.AddScoped<PersonStore>();
        services.AddScoped<Door>();
        services.AddScoped<IUserStore<Person>>(s => s.GetRequiredService<PersonStore>());
        services.AddIdentityCore<Person>(options =>
        {
            options.Lockout.MaxFailedAccessAttempts = Door.FailuresMax;
            options.Lockout.DefaultLockoutTimeSpan = Door.ClosedFor;
        }).AddTokenProvider<AuthenticatorTokenProvider<Person>>(TokenOptions.DefaultAuthenticatorProvider);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = People.HashRounds);
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(AttemptsPolicy, context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = AttemptsAMinute, Window = TimeSpan.FromMinutes(1) })
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    /// <summary>
    /// Refuses what another site makes a signed-in browser send. Forms carry a token besides; this covers the endpoints that
    /// programs use, to which the cookie is good as well.
    /// </summary>
    public static void UseOwnOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method);
        if (isWrite && !IsSystem(context) && context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    });

    /// <summary>Signs this person in at this browser.</summary>
    public static Task Welcome(HttpContext context, Person person) => context.SignInAsync(CookieScheme, Principal(person));

    /// <summary>The address with which somebody sets a password, as this server is called from outside.</summary>
    public static string Link(HttpContext context, string code) => $"{context.Request.Scheme}://{context.Request.Host}{LinkAddress}{code}";

    /// <summary>Remembers for some minutes that this person's password was right.</summary>
    public static Task HalfWay(HttpContext context, Person person) =>
        context.SignInAsync(HalfScheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, person.Name)], HalfScheme)));

    /// <summary>A person as the framework carries them.</summary>
    public static ClaimsPrincipal Principal(Person person)
    {
        var principal = new Caller(person.InLedger, person.Role, person.Party).ToPrincipal(CookieScheme);
        ((ClaimsIdentity)principal.Identity!).AddClaims([new Claim(NameEnClaim, person.NameEn), new Claim(NameZhClaim, person.NameZh)]);
        return principal;
    }

    private static bool IsSystem(HttpContext context) => context.Request.Headers.Authorization.Count > 0;

    private static Task Send(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && ByAccept.WantsPage(context.HttpContext))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }
        }

        return Task.CompletedTask;
    }
}
