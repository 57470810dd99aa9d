using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Evidence;
using Clew.Server.Genealogy;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Clew.Server.Recall;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Clew.Server.Web;

/// <summary>The web server, put together.</summary>
public static class WebServer
{
    /// <summary>A server on this database, listening on these addresses. Not started yet.</summary>
    public static WebApplication Build(NpgsqlDataSource database, string urls, Action<WebApplicationBuilder>? more = null)
    {
        // Nothing is configured by files, so none need be watched.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = CaptureEndpoints.BodyMax;
            kestrel.AddServerHeader = false;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LedgerWriter>();
        builder.Services.AddSingleton<Keys>();
        builder.Services.AddSingleton<People>();
        builder.Services.AddSingleton<Names>();
        builder.Services.AddSingleton<LedgerQueries>();
        builder.Services.AddSingleton<LifeQueries>();
        builder.Services.AddSingleton<TraceQueries>();
        builder.Services.AddSingleton<ScopeQueries>();
        builder.Services.AddSingleton<RecallQueries>();
        builder.Services.AddSingleton<Files>();
        builder.Services.AddSingleton<Desk>();
        builder.Services.AddSingleton<RecallDesk>();
        builder.Services.AddSingleton<ExceptionQueries>();
        builder.Services.AddSingleton<Jobs>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Jobs>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ByAccept>());
        builder.Services.AddDescriptions();
        builder.Services.AddAuthentication(KeyAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null);
        builder.Services.AddSingleton<IAuthorizationHandler, DeedHandler>();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        more?.Invoke(builder);

        var app = builder.Build();
        app.UseRequestLocalization("en", "zh");
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.WriteFailure,
            SuppressDiagnosticsCallback = failure => failure.Exception is BadHttpRequestException, // The sender's: nothing for our log.
        });
        app.UseStatusCodePages(context => Problems.WriteStatus(context.HttpContext));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseDescribedParameters();
        app.MapCapture();
        app.MapExceptions();
        app.MapLives();
        app.MapTraces();
        app.MapRecalls();
        app.MapEvidence();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
