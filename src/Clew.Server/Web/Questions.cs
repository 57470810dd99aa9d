using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Ledger;

namespace Clew.Server.Web;

/// <summary>What questions over HTTP can get wrong.</summary>
public static class QuestionFindings
{
    /// <summary>A parameter that does not read.</summary>
    public static readonly FindingKind Parameter = new("question.parameter", Severity.Error,
        "'{1}' is no value for '{0}'.", "What can stand here: {2}",
        "“{1}”不是参数“{0}”的有效值。", "此处可填：{2}");

    /// <summary>A parameter that we do not know: most likely misspelt, and a filter that is ignored answers another question.</summary>
    public static readonly FindingKind UnknownParameter = new("question.unknownParameter", Severity.Error,
        "There is no parameter '{0}' here.", "Known are: {1}.",
        "此处没有参数“{0}”。", "可用参数：{1}。");

    /// <summary>Nothing of that name.</summary>
    public static readonly FindingKind NotFound = new("question.notFound", Severity.Error,
        "Nothing is known of '{0}'.", "Check the identifier; if it is right, nobody has reported it yet.",
        "没有“{0}”的任何记录。", "请核对标识；如无误，则尚无人上报。");
}

/// <summary>The parameters of a question, read all at once so that everything wrong is said at once.</summary>
public sealed class Question
{
    /// <summary>Rows on one page unless asked for otherwise.</summary>
    public const int LimitUsual = 100;

    /// <summary>Rows on one page at most; a list is taken away by its own address.</summary>
    public const int LimitMax = 1_000;

    // What datetime-local and date fields send.
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd"];

    private readonly IQueryCollection query;
    private readonly List<Finding> findings = [];

    /// <summary>Reads the query of this request, which may have these parameters and no others.</summary>
    public Question(HttpContext context, params string[] known)
    {
        query = context.Request.Query;
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                findings.Add(new Finding(QuestionFindings.UnknownParameter, "?" + name, name, string.Join(", ", known)));
            }
        }
    }

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Whether a moment may come without offset, as from a page's form: it is then one of our own clock.</summary>
    public bool TakesLocalTime { get; init; }

    /// <summary>
    /// The identity in an address. The server has decoded all of it but slashes; whoever encoded the whole of it as one segment
    /// has none left that would part it.
    /// </summary>
    public static Reading<Identity> Named(string id) => Identity.Read(id.Contains('/', StringComparison.Ordinal) ? id : Uri.UnescapeDataString(id));

    /// <summary>The text of a parameter.</summary>
    public string? Text(string name) => query.TryGetValue(name, out var value) && value.Count > 0 && value[0]!.Length > 0 ? value[0] : null;

    /// <summary>Rows on a page.</summary>
    public int Limit() => Number("limit", 1, LimitMax) is { } limit ? (int)limit : LimitUsual;

    /// <summary>A whole number.</summary>
    public long? Number(string name, long min, long max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Wrong(name, text, string.Create(CultureInfo.InvariantCulture, $"{min} … {max}"));
        return null;
    }

    /// <summary>A moment with its offset.</summary>
    public EventTime? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (TryReadTime(text, TakesLocalTime, out var time))
        {
            return time;
        }

        Wrong(name, text, "2026-01-31T08:00:00+08:00");
        return null;
    }

    /// <summary>Reads a moment; on request also one without offset, as fields of pages send it, by our own clock.</summary>
    public static bool TryReadTime(string text, bool takesLocal, out EventTime time)
    {
        if (takesLocal && DateTimeOffset.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var local))
        {
            time = EventTime.Of(local);
            return true;
        }

        // A plus in an address is a blank unless it is encoded; nobody means a blank there.
        return EventTime.TryRead(text.Replace(' ', '+'), out time);
    }

    /// <summary>Identities, of which there may be several.</summary>
    public List<Identity> Identities(string name, params Granularity[] allowed)
    {
        var identities = new List<Identity>();
        foreach (var text in query[name])
        {
            if (Identity.Read(text ?? "", "?" + name, allowed.Length == 1 ? allowed[0] : null) is var read && read.TryGet(out var identity) && allowed.Contains(identity.Granularity))
            {
                identities.Add(identity);
            }
            else if (read.IsRead)
            {
                Wrong(name, text!, string.Join(" | ", allowed));
            }
            else
            {
                findings.AddRange(read.Findings);
            }
        }

        return identities;
    }

    /// <summary>One of some words.</summary>
    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words) where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        Wrong(name, text, string.Join(" | ", words.Keys));
        return null;
    }

    /// <summary>
    /// The two questions about the past: <c>known</c> (a position) or <c>knownAt</c> (a moment of our clock), and <c>happened</c> (a moment in the world).
    /// </summary>
    public async Task<AsOf> AsOf(LedgerQueries ledger, CancellationToken ct)
    {
        var known = Number("known", 0, long.MaxValue);
        if (Time("knownAt") is { } moment)
        {
            known = await ledger.KnownAt(moment, ct);
        }

        return new AsOf(known, Time("happened"));
    }

    /// <summary>The moments of the past that a page was asked for, as the query of an address that leads on from it; empty for now.</summary>
    public static string Past(HttpContext context) => QueryString.Create(context.Request.Query.Where(q => q.Key is "known" or "knownAt" or "happened" && q.Value.ToString().Length > 0)).ToString();

    /// <summary>The same question with one parameter set otherwise: the address of the next page.</summary>
    /// <param name="value">Nothing leaves the parameter out.</param>
    /// <param name="without">Also left out: where the old question had got to.</param>
    public string Again(string name, string? value, params string[] without)
    {
        var pairs = query.Where(q => q.Key != name && !without.Contains(q.Key, StringComparer.Ordinal)).SelectMany(q => q.Value, (q, v) => (q.Key, Value: v ?? ""));
        pairs = value is null ? pairs.Where(p => p.Value.Length > 0) : pairs.Append((Key: name, Value: value));
        return "?" + string.Join('&', pairs.Select(p => p.Key + "=" + Uri.EscapeDataString(p.Value)));
    }

    /// <summary>Says that a parameter does not read.</summary>
    public void Wrong(string name, string text, string expected) => findings.Add(new Finding(QuestionFindings.Parameter, "?" + name, name, text, expected));

    /// <summary>Answers 400 when something was wrong.</summary>
    public async Task<bool> IsRefused(HttpContext context)
    {
        if (findings.Count == 0)
        {
            return false;
        }

        await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
        return true;
    }
}

/// <summary>Our answers as JSON.</summary>
public static class Answers
{
    /// <summary>Names in camel case, nothing for what is not there, Chinese as it is.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same for what is written member by member.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = Json.Encoder };

    /// <summary>Answers with this.</summary>
    public static Task Write<T>(HttpContext context, T answer, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
    }

    /// <summary>Answers that there is nothing of that name, or nothing that the caller may see.</summary>
    public static Task NotFound(HttpContext context, string name) =>
        Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(QuestionFindings.NotFound, "", name)]);
}
