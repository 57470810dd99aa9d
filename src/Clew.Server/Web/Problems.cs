using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Identification;

namespace Clew.Server.Web;

/// <summary>
/// Refusals as problem details (RFC 9457): what, where, and how to mend it, in the reader's language. Never how we are built.
/// </summary>
public static class Problems
{
    /// <summary>Where the types are explained.</summary>
    public const string TypeBase = "https://clew.example/problems/";

    /// <summary>Answers with one problem, in the words of its first finding.</summary>
    public static Task Write(HttpContext context, int status, IReadOnlyList<Finding> findings)
    {
        var first = findings.FirstOrDefault(f => f.Severity == Severity.Error) ?? findings[0];
        return Write(context, status, first.Code, first.What(CultureInfo.CurrentUICulture), first.Remedy(CultureInfo.CurrentUICulture), findings);
    }

    /// <summary>Answers with one problem.</summary>
    public static async Task Write(HttpContext context, int status, string code, string title, string remedy, IReadOnlyList<Finding>? findings = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", TypeBase + code);
        json.WriteString("title", title);
        json.WriteNumber("status", status);
        json.WriteString("detail", remedy);
        json.WriteString("traceId", context.TraceIdentifier);
        if (findings is not null)
        {
            Write(json, "findings", findings);
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

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

    /// <summary>Bytes as text for a log or a page, cut.</summary>
    public static string Shortened(ReadOnlySpan<byte> bytes, int max = 2000) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, max)]);
}
