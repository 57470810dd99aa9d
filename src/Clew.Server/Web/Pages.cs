using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Identification;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;

namespace Clew.Server.Web;

/// <summary>What every page has at hand.</summary>
public abstract class ClewPage : ComponentBase
{
    /// <summary>The request that the page answers: pages are rendered once, on the server, and need no connection afterwards.</summary>
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    /// <summary>Who looks at it.</summary>
    protected Caller Caller => Caller.Of(Http.User);

    /// <summary>Ends when the reader goes away.</summary>
    protected CancellationToken Ct => Http.RequestAborted;

    /// <summary>
    /// Answers with this status and yet with the page. Only at the last moment: the framework throws away what a page draws under 404.
    /// </summary>
    protected void Answer(int status) => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>Asks for what the page shows.</summary>
    protected virtual Task Load() => Task.CompletedTask;

    /// <summary>First asks, then draws: nobody sees a page half asked, and no page has to draw one.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await Load();
        await base.SetParametersAsync(ParameterView.Empty);
    }
}

/// <summary>The pages, put into the server.</summary>
public static class Pages
{
    // No script of a page stands in the page: text that somebody sent us cannot become one. Styles neither.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds what pages need.</summary>
    public static void AddPages(this IServiceCollection services) => services.AddRazorComponents();

    /// <summary>Says with every answer what browsers may do with it.</summary>
    public static void UseCarefulHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                headers.ContentSecurityPolicy = ContentSecurityPolicy;
                headers["Referrer-Policy"] = "same-origin";
                headers.CacheControl = "no-store";
                headers.Vary = "Accept, Accept-Language, Cookie";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    /// <summary>Adds the pages.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapPublicFiles();
        app.MapGet("/language/{language}", SwitchLanguage).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/scanner/use", UseScanner).RequireDeed(Deed.Look).ExcludeFromDescription();
        app.MapPost("/sign-out", SignOut).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorComponents<App>();
    }

    /// <summary>Shows the page that says what went wrong, in the place of the answer.</summary>
    public static async Task ShowError(HttpContext context, string title, string remedy)
    {
        // In a scope of its own: where a page failed, its scope has been told already which page it draws.
        var outer = context.RequestServices;
        await using var scope = outer.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            var status = context.Response.StatusCode;
            await new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(ErrorPage.Status)] = status,
                [nameof(ErrorPage.Title)] = title,
                [nameof(ErrorPage.Remedy)] = remedy,
            })
            { StatusCode = status }.ExecuteAsync(context);
        }
        finally
        {
            context.RequestServices = outer;
        }
    }

    /// <summary>An address on this server that may be gone to after signing in; the home page for any other.</summary>
    public static string OwnAddress(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.AsSpan().ContainsAny('\r', '\n', '\t') ? address : "/";

    // A link alone signs nobody out, nor another site's form: only our own does.
    private static async Task SignOut(HttpContext context, IAntiforgery antiforgery)
    {
        if (await antiforgery.IsRequestValidAsync(context))
        {
            await context.SignOutAsync(SignIn.CookieScheme);
        }

        context.Response.Redirect("/");
    }

    // A name that no profile has changes nothing of what is scanned.
    private static void UseScanner(HttpContext context, string? name)
    {
        if (name is { Length: > 0 and <= Scanners.NameMax })
        {
            context.Response.Cookies.Append(Scanners.Cookie, name, new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365) });
        }
        else
        {
            context.Response.Cookies.Delete(Scanners.Cookie);
        }

        context.Response.Redirect("/scan");
    }

    private static void SwitchLanguage(HttpContext context, string language, string? to)
    {
        var chosen = language == "zh" ? "zh" : "en";
        context.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(chosen)),
            new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365) });
        context.Response.Redirect(OwnAddress(to));
    }
}
