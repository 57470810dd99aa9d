using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Identification;
using Microsoft.AspNetCore.Diagnostics;

namespace Clew.Server.Web;

/// <summary>How a standard that an endpoint speaks names its problems: the type for a status and the code of the first finding; nothing for our own.</summary>
public sealed record ProblemTypes(Func<HttpContext, int, string, string?> Of);

/// <summary>
/// Refusals as problem details (RFC 9457): what, where, and how to mend it, in the reader's language. Never how we are built.
/// </summary>
public static class Problems
{
    /// <summary>Where the types are explained.</summary>
    public const string TypeBase = "https://clew.example/problems/";

    /// <summary>Answers with one problem, in the words of its first finding.</summary>
    /// <param name="instance">Where more is to be had of it.</param>
    public static Task Write(HttpContext context, int status, IReadOnlyList<Finding> findings, string? instance = null)
    {
        var first = findings.FirstOrDefault(f => f.Severity == Severity.Error) ?? findings[0];
        return Write(context, status, first.Code, first.What(CultureInfo.CurrentUICulture), first.Remedy(CultureInfo.CurrentUICulture), findings, instance);
    }

    /// <summary>Answers with one problem; a browser gets it as a page.</summary>
    public static async Task Write(HttpContext context, int status, string code, string title, string remedy, IReadOnlyList<Finding>? findings = null, string? instance = null)
    {
        context.Response.StatusCode = status;
        if (ByAccept.WantsPage(context))
        {
            await Pages.ShowError(context, title, remedy);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var type = Endpoint(context)?.Metadata.GetMetadata<ProblemTypes>()?.Of(context, status, code);
        if (type is not null && ByAccept.WantsXml(context))
        {
            await WriteXml(context, type, status, title, remedy, findings ?? []);
            return;
        }

        context.Response.ContentType = "application/problem+json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Answers.Plain);
        json.WriteStartObject();
        json.WriteString("type", type ?? TypeBase + code);
        json.WriteString("title", title);
        json.WriteNumber("status", status);
        json.WriteString("detail", remedy);
        if (instance is not null)
        {
            json.WriteString("instance", instance);
        }

        json.WriteString("traceId", context.TraceIdentifier);
        if (findings is not null)
        {
            Write(json, "findings", findings);
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    // The handler of failures has taken the endpoint away by then.
    private static Endpoint? Endpoint(HttpContext context) => context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;

    // RFC 7807, appendix A, under the element that the OpenAPI description of EPCIS names.
    private static async Task WriteXml(HttpContext context, string type, int status, string title, string remedy, IReadOnlyList<Finding> findings)
    {
        context.Response.ContentType = "application/problem+xml; charset=utf-8";
        var problem = new XElement(EpcisXml + "EPCISException", new XAttribute(XNamespace.Xmlns + "epcis", EpcisXml.NamespaceName),
            new XElement("type", type), new XElement("title", Writable(title)), new XElement("status", status), new XElement("detail", Writable(remedy)),
            findings.Select(f => new XElement("finding", new XAttribute("code", f.Code), new XAttribute("path", Writable(f.Path)), Writable(f.What(CultureInfo.CurrentUICulture)))));
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + problem, context.RequestAborted);
    }

    private static readonly XNamespace EpcisXml = "urn:epcglobal:epcis:xsd:2";

    // Findings quote what was sent, and JSON holds characters that XML has no way to write.
    private static string Writable(string text) => string.Concat(text.Select(c => System.Xml.XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));

    /// <summary>Findings as an array member.</summary>
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            json.WriteString("path", finding.Path);
            json.WriteString("what", finding.What(CultureInfo.CurrentUICulture));
            json.WriteString("remedy", finding.Remedy(CultureInfo.CurrentUICulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Says in words what the framework answered with a bare status.</summary>
    public static Task WriteStatus(HttpContext context)
    {
        var kind = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => Unauthorized,
            StatusCodes.Status403Forbidden => Forbidden,
            StatusCodes.Status404NotFound => NoAddress,
            StatusCodes.Status405MethodNotAllowed => NoMethod,
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status429TooManyRequests => TooMany,
            _ => Other,
        };
        return Write(context, context.Response.StatusCode, [new Finding(kind, "", context.Request.Method, context.Request.Path)]);
    }

    /// <summary>Says that we failed, and nothing of how we are built; the log has the rest under the same trace id.</summary>
    public static Task WriteFailure(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        context.Response.StatusCode = failure switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            Npgsql.NpgsqlException { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        return WriteStatus(context);
    }

    private static readonly FindingKind Unauthorized = new("http.unauthorized", Severity.Error,
        "Nobody is signed in.", "Send 'Authorization: Bearer clew_…' with a key, or sign in.", "尚未登录。", "请在请求头中以 Authorization: Bearer clew_… 提供密钥，或先登录。");

    private static readonly FindingKind Forbidden = new("http.forbidden", Severity.Error,
        "Your role does not allow this.", "Ask the administrator; the roles are in docs/reference/roles.md.", "您的角色无权进行此操作。", "请联系管理员；角色权限见 docs/reference/roles.md。");

    private static readonly FindingKind NoAddress = new("http.notFound", Severity.Error,
        "There is nothing at '{1}'.", "The addresses are in /openapi/v1.json.", "地址“{1}”不存在。", "可用地址见 /openapi/v1.json。");

    private static readonly FindingKind NoMethod = new("http.method", Severity.Error,
        "'{0}' is not possible at '{1}'.", "The addresses and their methods are in /openapi/v1.json.", "“{1}”不支持“{0}”。", "可用地址与方法见 /openapi/v1.json。");

    private static readonly FindingKind TooLarge = new("http.tooLarge", Severity.Error,
        "The body is longer than is taken at '{1}'.", "Send it in several documents.", "请求内容超出“{1}”的长度上限。", "请拆分为多个文档发送。");

    private static readonly FindingKind TooMany = new("http.tooMany", Severity.Error,
        "Too many attempts.", "Wait a minute and try again.", "尝试次数过多。", "请稍候一分钟再试。");

    private static readonly FindingKind Other = new("http.status", Severity.Error,
        "'{0} {1}' could not be answered.", "Try again; if it stays like this, give the administrator the trace id.", "“{0} {1}”未能处理。", "请重试；如仍失败，请将跟踪编号提供给管理员。");

    /// <summary>Bytes as text for a log or a page, cut.</summary>
    public static string Shortened(ReadOnlySpan<byte> bytes, int max = 2000) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, max)]);
}
