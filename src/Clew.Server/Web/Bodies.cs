using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Web;

/// <summary>Reads the short JSON bodies of orders. Strict, because a misspelt member that is passed over makes another order of it.</summary>
public static class Bodies
{
    /// <summary>The longest: some thousand identities.</summary>
    public const int LengthMax = 1 << 20;

    private static readonly FindingKind NotJson = new("http.mediaType", Severity.Error,
        "'{0}' is not read here.", "Send JSON with 'Content-Type: application/json'.",
        "此处无法读取“{0}”。", "请以 Content-Type: application/json 发送 JSON。");

    private static readonly FindingKind UnknownMember = new("json.unknownMember", Severity.Error,
        "There is no member '{0}' here.", "Known are: {1}.",
        "此处没有字段“{0}”。", "可用字段：{1}。");

    /// <summary>The body; or nothing, when the caller has been told what is wrong with it.</summary>
    public static async Task<T?> Read<T>(HttpContext context, int lengthMax = LengthMax) where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            await Problems.Write(context, StatusCodes.Status415UnsupportedMediaType, [new Finding(NotJson, "", context.Request.ContentType ?? "")]);
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = lengthMax;
        }

        var findings = new List<Finding>();
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            Check<T>(document.RootElement, findings);
            if (findings.Count == 0)
            {
                return document.RootElement.Deserialize<T>(Answers.Json)!;
            }
        }
        catch (JsonException e) when (e.Path is null)
        {
            findings.Add(new Finding(FactFindings.Syntax, "", Count(e.LineNumber), Count(e.BytePositionInLine), e.Message.Split(" LineNumber:")[0]));
        }
        catch (JsonException e)
        {
            findings.Add(new Finding(FactFindings.WrongType, Pointer(e.Path!), "value of another type", Needed<T>(e.Path!)));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a name or a text.
            findings.Add(new Finding(FactFindings.WrongType, "", "broken character", "string"));
        }

        await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
        return null;
    }

    /// <summary>The body's bytes as they came; nothing when there are more than these.</summary>
    public static async Task<byte[]?> Bytes(HttpContext context, int lengthMax)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (whole.Length + read > lengthMax)
            {
                return null;
            }

            whole.Write(buffer, 0, read);
        }

        return whole.ToArray();
    }

    private static void Check<T>(JsonElement root, List<Finding> findings)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new Finding(FactFindings.WrongType, "", root.ValueKind.ToString().ToLowerInvariant(), "object"));
            return;
        }

        var known = typeof(T).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                findings.Add(new Finding(UnknownMember, "/" + member.Name, member.Name, string.Join(", ", known)));
            }
            else if (!seen.Add(member.Name))
            {
                findings.Add(new Finding(FactFindings.MemberTwice, "/" + member.Name, member.Name));
            }
        }
    }

    private static string Count(long? zeroBased) => ((zeroBased ?? 0) + 1).ToString(CultureInfo.InvariantCulture);

    // $.lots[1] as /lots/1
    private static string Pointer(string path) => path.TrimStart('$').Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal);

    private static string Needed<T>(string path)
    {
        var isElement = path.EndsWith(']');
        var property = typeof(T).GetProperties().FirstOrDefault(p => path.StartsWith("$." + JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparison.Ordinal));
        return property is null ? "object" : isElement || property.PropertyType == typeof(string) ? "string" : "array";
    }
}
