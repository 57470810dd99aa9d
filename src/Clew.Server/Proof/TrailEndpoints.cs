using System.Globalization;
using System.Text;
using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Server.Web;

namespace Clew.Server.Proof;

/// <summary>One line of the audit trail.</summary>
/// <param name="By">Who.</param>
/// <param name="Kind">What.</param>
/// <param name="RecordedAt">When, by our clock.</param>
/// <param name="Happened">When in the world.</param>
/// <param name="Items">On what: the first of the items, or what else the fact names.</param>
/// <param name="ItemCount">Of all of them.</param>
/// <param name="Place">Where it happened.</param>
/// <param name="Document">From where: the number of the document that it came in; nothing for what was entered here.</param>
/// <param name="Sender">Who handed the document in.</param>
/// <param name="MediaType">In what form.</param>
public sealed record TrailLineAnswer(
    long Position, string By, string Kind, string RecordedAt, string Happened, IReadOnlyList<string> Items, int ItemCount, string? Case, string? Place, long? Document, string? Sender, string? MediaType, string? Reason)
{
    /// <summary>Items that a line names.</summary>
    public const int ItemsMax = 5;

    internal static TrailLineAnswer Of(TrailLine line)
    {
        var fact = line.Entry.Fact;
        List<string> named = [.. fact.Items.Select(i => i.Item.Text)];
        if (named.Count == 0 && (fact.Parent?.Text ?? fact.Describes?.Subject.Text ?? fact.Corrects?.Id) is { } other)
        {
            named.Add(other);
        }

        return new TrailLineAnswer(
            line.Entry.Position, line.Entry.By, fact.Kind.Word, line.Entry.RecordedAt.ToString(), fact.Happened.ToString(), [.. named.Take(ItemsMax)], fact.ItemsBeside?.Count ?? named.Count, fact.Case, fact.Place?.Text,
            line.Document > 0 ? line.Document : null, line.Sender, line.MediaType, fact.Reason);
    }
}

/// <summary>A stretch of the audit trail, the newest first.</summary>
/// <param name="Next">Where to go on. Where little fits, a stretch may be short, or empty, and yet go on.</param>
public sealed record TrailAnswer(IReadOnlyList<TrailLineAnswer> Entries, string? Next);

/// <summary>The audit trail over HTTP. Every look at it, and every copy taken of it, is an entry of it.</summary>
public static class TrailEndpoints
{
    /// <summary>What can be asked for.</summary>
    public static readonly string[] Names = ["by", "kind", "from", "until", "item", "case", "reason"];

    private static readonly Asked[] Filter =
    [
        new("by", "Who: user:li.na, system:mes-suzhou, or without the part before the colon."), new("kind", "What: a word of docs/reference/facts.md."),
        new("from", "Recorded from this moment on, with offset."), new("until", "Recorded up to this moment, with offset."),
        new("item", "On what: a unit, lot or logistic unit."), new("case", "The number of a hold or recall."), new("reason", "A piece of the reason that was given."),
    ];

    private static readonly string[] Columns = ["position", "recordedAt", "by", "kind", "happened", "items", "itemCount", "case", "place", "document", "sender", "mediaType", "reason"];

    private static readonly Dictionary<string, bool> Kinds = Vocabulary.All.ToDictionary(k => k.Word, _ => true, StringComparer.Ordinal);

    /// <summary>Adds the endpoints.</summary>
    public static void MapTrail(this IEndpointRouteBuilder app)
    {
        app.MapGet("/audit/entries", List).RequireDeed(Deed.Inspect).Data<TrailAnswer>("AuditTrail", "Who did what, when, on what, from where, with what reason, the newest first. That somebody looked is an entry as well.")
            .Asks([.. Filter, new("before", "Where to go on: see next."), Descriptions.Limit]);
        app.MapGet("/audit/entries.csv", Csv).RequireDeed(Deed.Export).Data<string>("AuditTrailCsv", "The same as CSV, whole. That it was taken is an entry as well.").Asks(Filter);
    }

    /// <summary>Reads what is looked for.</summary>
    public static async Task<TrailFilter> Read(Question question, LedgerQueries ledger, CancellationToken ct)
    {
        var kind = question.Word("kind", Kinds) is not null ? Vocabulary.Find(question.Text("kind")) : null;
        var (from, until) = (question.Time("from"), question.Time("until"));
        var items = question.Text("item") is null ? [] : question.Identities("item", Granularity.Unit, Granularity.Lot, Granularity.LogisticUnit);
        return new TrailFilter(
            question.Text("by"), kind,
            from is { } first ? await ledger.KnownAt(EventTime.Of(first.AsDateTimeOffset().AddTicks(-TimeSpan.TicksPerMicrosecond)), ct) + 1 : 0,
            until is { } last ? await ledger.KnownAt(last, ct) + 1 : await ledger.Size(ct),
            items.Count > 0 ? items[0] : null, question.Text("case"), question.Text("reason"));
    }

    /// <summary>Records that somebody looked, or took a copy.</summary>
    public static Task Record(Desk desk, Caller caller, HttpContext context, string form, TrailFilter filter, CancellationToken ct) =>
        desk.Record(caller, "audit trail " + Uri.UnescapeDataString(context.Request.QueryString.Value ?? ""), form, filter.Until - 1, ct);

    private static async Task List(HttpContext context, Trail trail, LedgerQueries ledger, Desk desk)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, [.. Names, "before", "limit"]) { TakesLocalTime = true };
        var filter = await Read(question, ledger, ct);
        var (before, limit) = (question.Number("before", 0, long.MaxValue) ?? long.MaxValue, question.Limit());
        if (await question.IsRefused(context))
        {
            return;
        }

        await Record(desk, Caller.Of(context.User), context, "json", filter, ct);
        var page = await trail.Page(filter, before, limit, ct);
        await Answers.Write(context, new TrailAnswer([.. page.Lines.Select(TrailLineAnswer.Of)], page.Next is { } next ? "/audit/entries" + question.Again("before", Text(next)) : null));
    }

    private static async Task Csv(HttpContext context, Trail trail, LedgerQueries ledger, Desk desk)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, Names) { TakesLocalTime = true };
        var filter = await Read(question, ledger, ct);
        if (await question.IsRefused(context))
        {
            return;
        }

        await Record(desk, Caller.Of(context.User), context, "csv", filter, ct);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=audit-trail-{filter.Until}.csv");
        await using var text = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync(Web.Csv.Row(Columns));
        await foreach (var line in trail.All(filter, ct))
        {
            var a = TrailLineAnswer.Of(line);
            await text.WriteLineAsync(Web.Csv.Row(
                [Text(a.Position), a.RecordedAt, a.By, a.Kind, a.Happened, string.Join(' ', a.Items), Text(a.ItemCount), a.Case ?? "", a.Place ?? "", a.Document is { } d ? Text(d) : "", a.Sender ?? "", a.MediaType ?? "", a.Reason ?? ""]));
        }

        await text.FlushAsync(ct);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
