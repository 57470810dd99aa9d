using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Care;
using Clew.Server.Evidence;
using Clew.Server.Genealogy;
using Clew.Server.Identification;
using Clew.Server.Integration.Epcis;
using Clew.Server.Integration.Subscriptions;
using Clew.Server.Labels;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Clew.Server.Numbering;
using Clew.Server.Proof;
using Clew.Server.Recall;
using Clew.Server.Signing;
using Clew.Server.Symbols;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Clew.Server.Web;

/// <summary>The web server, put together.</summary>
public static class WebServer
{
    /// <summary>A server on this database, listening on these addresses. Not started yet.</summary>
    /// <param name="proof">How it signs; nothing: it does not.</param>
    public static WebApplication Build(NpgsqlDataSource database, string urls, Action<WebApplicationBuilder>? more = null, ProofSettings? proof = null)
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
        // It warns that its keys stand unencrypted in our database, beside all that they could protect.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LedgerWriter>();
        builder.Services.AddSingleton<Keys>();
        builder.Services.AddSingleton<Names>();
        builder.Services.AddSingleton<LedgerQueries>();
        builder.Services.AddSingleton<LifeQueries>();
        builder.Services.AddSingleton<Acquaintance>();
        builder.Services.AddSingleton<Scanners>();
        builder.Services.AddSingleton<Regulators>();
        builder.Services.AddSingleton<TraceQueries>();
        builder.Services.AddSingleton<ScopeQueries>();
        builder.Services.AddSingleton<RecallQueries>();
        builder.Services.AddSingleton<ChangeQueries>();
        builder.Services.AddSingleton<Files>();
        builder.Services.AddSingleton<Thumbnails>();
        builder.Services.AddSingleton<VirusScan>();
        builder.Services.AddSingleton(ScanSettings.None);
        builder.Services.AddSingleton(CareSettings.None);
        builder.Services.AddSingleton<Patients>();
        builder.Services.AddSingleton<EvidencePack>();
        builder.Services.AddSingleton<PackSubjects>();
        builder.Services.AddSingleton<SerialDesk>();
        builder.Services.AddSingleton<PrintDesk>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PrintDesk>());
        builder.Services.AddSingleton<Desk>();
        builder.Services.AddSingleton<RecallDesk>();
        builder.Services.AddSingleton<ExceptionQueries>();
        builder.Services.AddSingleton<Mending>();
        builder.Services.AddSingleton<CaptureJobs>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton<EventSocket>();
        builder.Services.AddSingleton<Subscribers>();
        builder.Services.AddSingleton(Reach.Public);
        builder.Services.AddSingleton(Patience.Usual);
        builder.Services.AddSingleton<Courier>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Courier>());
        builder.Services.AddSingleton<EventIndex>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventIndex>());
        builder.Services.AddSingleton(PageWork.Usual);
        builder.Services.AddSingleton<EventQueries>();
        builder.Services.AddSingleton<SavedQueries>();
        builder.Services.AddSingleton<Jobs>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Jobs>());
        builder.Services.AddProofs(proof ?? new ProofSettings());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ByAccept>());
        builder.Services.AddDescriptions();
        builder.Services.AddSignIn();
        builder.Services.AddSingleton<SignDesk>();
        builder.Services.AddPages();
        builder.Services.AddSingleton<IAuthorizationHandler, DeedHandler>();
        // What names no permission is closed to everybody; what is not there at all is simply not found.
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(c => c.Resource is HttpContext http && http.GetEndpoint() is null).Build());
        more?.Invoke(builder);

        var app = builder.Build();
        app.UseRequestLocalization("en", "zh");
        app.UseCarefulHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Problems.WriteFailure,
            SuppressDiagnosticsCallback = failure => failure.Exception is BadHttpRequestException, // The sender's: nothing for our log.
        });
        app.UseStatusCodePages(context => Problems.WriteStatus(context.HttpContext));
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseRouting();
        app.UseEpcisHeaders();
        app.UseAuthentication();
        app.UseOwnOrigin();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.UseDescribedParameters();
        app.MapCapture();
        app.MapEpcisEvents();
        app.MapVocabularies();
        app.MapExceptions();
        app.MapIdentify();
        app.MapRegulators();
        app.MapLives();
        app.MapTraces();
        app.MapRecalls();
        app.MapChanges();
        app.MapEvidence();
        app.MapCare();
        app.MapProofs();
        app.MapTrail();
        app.MapNumbering();
        app.MapSymbols();
        app.MapLabels();
        app.MapPreview();
        app.MapSubscriptions();
        app.MapPages();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
