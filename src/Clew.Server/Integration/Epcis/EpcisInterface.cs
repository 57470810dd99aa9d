using System.Globalization;
using Clew.Access;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Integration.Epcis;

/// <summary>Marks an endpoint of the EPCIS 2.0 REST interface: which versions it speaks, how it names its problems, what OPTIONS tells of it.</summary>
/// <param name="Methods">What is possible at its address.</param>
public sealed record EpcisResource(string Methods);

/// <summary>What all endpoints of EPCIS 2.0 have in common: headers in, headers out, problem types, discovery.</summary>
public static class EpcisInterface
{
    /// <summary>The version of EPCIS that we answer in.</summary>
    public const string EpcisVersion = "2.0.0";

    /// <summary>The version of the CBV that we answer in.</summary>
    public const string CbvVersion = "2.0.0";

    private const string Oldest = "1.0.0";

    /// <summary>A version that we do not speak.</summary>
    public static readonly FindingKind Version = new("epcis.version", Severity.Error,
        "'{0}: {1}' is not spoken here.", "EPCIS 1.0 to 2.0 are taken in, EPCIS 2.0 and CBV 2.0 are answered: leave the header out, or name one of them.",
        "不支持“{0}: {1}”。", "可接收 EPCIS 1.0 至 2.0，以 EPCIS 2.0 与 CBV 2.0 应答：请去掉该请求头或改为其中之一。");

    /// <summary>A form that we do not answer in.</summary>
    public static readonly FindingKind NotAcceptable = new("epcis.accept", Severity.Error,
        "'{0}' is no form in which this can be answered.", "Ask for application/json, application/ld+json or application/xml.",
        "无法以“{0}”格式应答。", "请使用 application/json、application/ld+json 或 application/xml。");

    // Which exception of the standard (TABLE status, finding): read from the top. A star stands for any ending.
    private static readonly (int Status, string Code, string Exception)[] Exceptions =
    [
        (400, "question.*",           "QueryParameterException"),
        (400, "query.*",              "QueryParameterException"),
        (400, "subscription.*",       "SubscriptionControlsException"),
        (400, "*",                    "ValidationException"),
        (401, "*",                    "SecurityException"),
        (403, "*",                    "SecurityException"),
        (404, "query.noSuchName",     "NoSuchNameException"),
        (404, "subscription.none",    "NoSuchNameException"),
        (404, "*",                    "NoSuchResourceException"),
        (406, "*",                    "NotAcceptableException"),
        (409, "*",                    "ResourceAlreadyExistsException"),
        (413, "query.tooLarge",       "QueryTooLargeException"),
        (413, "query.tooComplex",     "QueryTooComplexException"),
        (413, "*",                    "CaptureLimitExceededException"),
        (414, "*",                    "URITooLongException"),
        (415, "*",                    "UnsupportedMediaTypeException"),
        (500, "*",                    "ImplementationException"),
        (501, "*",                    "ImplementationException"),
        (503, "*",                    "ImplementationException"),
    ];

    // Set for what is in our own form and so has problems of our own.
    private static readonly object Native = new();

    private static readonly ProblemTypes Types = new((context, status, code) => context.Items.ContainsKey(Native) ? null : Exception(status, code));

    /// <summary>The request is in our own form.</summary>
    public static void IsNative(HttpContext context) => context.Items[Native] = true;

    /// <summary>The standard's name for a problem.</summary>
    public static string? Exception(int status, string code)
    {
        foreach (var (at, of, exception) in Exceptions)
        {
            if (at == status && (of == code || (of.EndsWith('*') && code.StartsWith(of[..^1], StringComparison.Ordinal))))
            {
                return "epcisException:" + exception;
            }
        }

        return null;
    }

    /// <summary>Marks an endpoint as one of EPCIS.</summary>
    public static RouteHandlerBuilder Epcis(this RouteHandlerBuilder builder, string methods) =>
        builder.WithMetadata(new EpcisResource(methods), Types).ProducesProblem(StatusCodes.Status406NotAcceptable)
            .Asks(new("GS1-EPCIS-Min", "The lowest version that you read.", Microsoft.OpenApi.ParameterLocation.Header), new("GS1-EPCIS-Max", "The highest version that you read.", Microsoft.OpenApi.ParameterLocation.Header));

    /// <summary>Adds discovery for an address.</summary>
    /// <param name="name">Of the operation, in the description.</param>
    /// <param name="methods">What is possible there.</param>
    public static void MapDiscovery(this IEndpointRouteBuilder app, string address, string name, string methods, params Deed[] deeds) =>
        app.MapMethods(address, [HttpMethods.Options], (Delegate)((HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            var headers = context.Response.Headers;
            headers.Allow = methods;
            headers["GS1-EPCIS-Min"] = Oldest;
            headers["GS1-EPCIS-Max"] = EpcisVersion;
            headers["GS1-CBV-Min"] = Oldest;
            headers["GS1-CBV-Max"] = CbvVersion;
            headers["GS1-EPC-Format"] = "No_Preference, Always_GS1_Digital_Link, Always_EPC_URN, Never_Translates";
            headers["GS1-CBV-XML-Format"] = "No_Preference, Always_Web_URI, Always_URN, Never_Translates";
            if (methods.Contains("POST", StringComparison.Ordinal))
            {
                headers["GS1-EPCIS-Capture-Limit"] = Capture.Jobs.RollbackMax.ToString(CultureInfo.InvariantCulture);
                headers["GS1-EPCIS-Capture-File-Size-Limit"] = Capture.CaptureEndpoints.BodyMax.ToString(CultureInfo.InvariantCulture);
                headers["GS1-Capture-Error-Behaviour"] = "all";
            }

            return Task.CompletedTask;
        })).RequireDeed(deeds).Data<object>("Discover" + name, "What is possible at this address, and which versions and formats: in headers.", StatusCodes.Status204NoContent).Asks(Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse(address).Parameters.Select(p => new Asked(p.Name, "Of what.", Microsoft.OpenApi.ParameterLocation.Path))).Epcis(methods);

    /// <summary>Versions in every answer; and a refusal where a version is asked for that we do not speak.</summary>
    public static void UseEpcisHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EpcisResource>() is null)
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        headers["GS1-EPCIS-Version"] = EpcisVersion;
        headers["GS1-CBV-Version"] = CbvVersion;
        headers["GS1-Vendor-Version"] = "clew-" + typeof(EpcisInterface).Assembly.GetName().Version!.ToString(3);
        headers["GS1-Extensions"] = $"clew={Clew.Epcis.FactAsEvent.Namespace}";
        foreach (var (name, isFine) in Versions)
        {
            var asked = context.Request.Headers[name].ToString();
            if (asked.Length > 0 && !(System.Version.TryParse(asked.Contains('.', StringComparison.Ordinal) ? asked : asked + ".0", out var version) && isFine(version)))
            {
                return Problems.Write(context, StatusCodes.Status406NotAcceptable, [new Finding(Version, name, name, asked)]);
            }
        }

        // Nobody reads a browser's own wishes as a form of EPCIS.
        var accept = HttpMethods.IsGet(context.Request.Method) ? context.Request.GetTypedHeaders().Accept : [];
        return accept.Count == 0 || accept.Any(a => a.Quality is not 0 && a.SubType.Value is "*" or "json" or "ld+json" or "xml" or "html" or "problem+json")
            ? next(context)
            : Problems.Write(context, StatusCodes.Status406NotAcceptable, [new Finding(NotAcceptable, "Accept", context.Request.Headers.Accept.ToString())]);
    });

    // What a request may say of versions.
    private static readonly (string Header, Func<System.Version, bool> IsFine)[] Versions =
    [
        ("GS1-EPCIS-Version", v => v is { Major: 1, Minor: <= 2 } or { Major: 2, Minor: 0 }),
        ("GS1-CBV-Version",   v => v is { Major: 1, Minor: <= 2 } or { Major: 2, Minor: 0 }),
        ("GS1-EPCIS-Min",     v => v <= new System.Version(2, 0, 999)),
        ("GS1-EPCIS-Max",     v => v.Major >= 2),
        ("GS1-CBV-Min",       v => v <= new System.Version(2, 0, 999)),
        ("GS1-CBV-Max",       v => v.Major >= 2),
    ];
}
