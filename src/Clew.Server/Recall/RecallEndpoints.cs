using System.Globalization;
using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Server.Lifecycle;
using Clew.Server.Web;
using MiniExcelLibs;

namespace Clew.Server.Recall;

/// <summary>Units that stand alike.</summary>
public sealed record ScopeCountAnswer(string Set, bool IsDevice, string Stage, string Hold, NameAnswer? Place, NameAnswer? Holder, long Units);

/// <summary>A scope summed up. <c>ever = containsNow + containedBefore</c>; the counts sum to the sets.</summary>
/// <param name="KnownPosition">The last position that it counts.</param>
/// <param name="Parts">Loose parts, in no device, that contain it now.</param>
/// <param name="BuiltIn">Of the devices that ever contained it: those that did when their making was completed.</param>
/// <param name="FittedLater">Those that got it in service, which build records do not tell.</param>
/// <param name="TakenOut">Those that it was taken out of since.</param>
/// <param name="Ended">Those that were scrapped, destroyed or used up since.</param>
public sealed record ScopeAnswer(
    long KnownPosition, long ContainsNow, long ContainedBefore, long Ever, long CannotExclude, long Parts,
    long? BuiltIn, long? FittedLater, long? TakenOut, long? Ended, IReadOnlyList<ScopeCountAnswer> Counts);

/// <summary>One unit of a scope and why it is in it.</summary>
/// <param name="Because">The lot or unit by which it is meant.</param>
/// <param name="Path">Links from there upward.</param>
public sealed record ScopeUnitAnswer(
    string Id, NameAnswer? Product, bool IsDevice, string Set, string? Because, IReadOnlyList<long> Path, DateTimeOffset? Since, DateTimeOffset? Until, string Stage, string Hold, NameAnswer? Place, NameAnswer? Holder)
{
    internal static ScopeUnitAnswer Of(ScopeUnit u) => new(
        u.Identity.Text, NameAnswer.Of(u.Product), u.IsDevice, RecallList.Word(u.Set), u.Source?.Text, u.Path, u.From, u.To, Stages.Of(u.Stage).Word, Stages.Word(u.Hold), NameAnswer.Of(u.Place), NameAnswer.Of(u.Holder));
}

/// <summary>A page of a scope.</summary>
public sealed record ScopeUnitsAnswer(IReadOnlyList<ScopeUnitAnswer> Units, string? Next);

/// <summary>A scope as it was frozen.</summary>
/// <param name="List">Where its list is.</param>
public sealed record FrozenAnswer(long Position, string Happened, string By, long KnownPosition, long ContainsNow, long ContainedBefore, long CannotExclude, long Parts, string Sha256, string List);

/// <summary>What a case is about.</summary>
public sealed record CriterionAnswer(IReadOnlyList<string> Lots, IReadOnlyList<string> Serials, IReadOnlyList<string> Products, string? MadeFrom, string? MadeUntil, IReadOnlyList<string> Suppliers);

/// <summary>A recall case.</summary>
public sealed record RecallAnswer(string Case, CriterionAnswer? Criterion, string? Reason, string Opened, string OpenedBy, FrozenAnswer? Frozen, string? Locked);

/// <summary>Recall cases, the newest first.</summary>
public sealed record RecallsAnswer(IReadOnlyList<RecallAnswer> Recalls, string? Next);

/// <summary>Opens a case.</summary>
/// <param name="MadeFrom">First instant of making, with offset; narrows <paramref name="Products"/>.</param>
/// <param name="MadeUntil">Instant before which they were made.</param>
public sealed record OpenRecall(string? Case, string? Reason, IReadOnlyList<string>? Lots, IReadOnlyList<string>? Serials, IReadOnlyList<string>? Products, string? MadeFrom, string? MadeUntil, IReadOnlyList<string>? Suppliers);

/// <summary>Lets go of units.</summary>
/// <param name="Id">The sender's own id of this release.</param>
/// <param name="Hold">recallLock or containmentHold.</param>
public sealed record ReleaseUnits(string? Id, IReadOnlyList<string>? Units, string? Hold, string? Reason);

/// <summary>Scopes and recalls over HTTP.</summary>
public static class RecallEndpoints
{
    private static readonly Dictionary<string, ScopeSet> Sets = Enum.GetValues<ScopeSet>().ToDictionary(RecallList.Word, s => s, StringComparer.Ordinal);
    private static readonly Dictionary<string, bool> YesOrNo = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };
    private static readonly Asked Origins = new("origins", "true: also how they came to contain it.");
    private static readonly Asked Set = new("set", "Only one set: containsNow, containedBefore or cannotExclude.");
    private static readonly Asked After = new("after", "Where to go on: see next.");
    private static readonly string[] CriterionParameters = ["lot", "serial", "product", "madeFrom", "madeUntil", "supplier"];
    private static readonly string[] AsOfParameters = ["known", "knownAt", "happened"];

    /// <summary>Adds the endpoints.</summary>
    public static void MapRecalls(this IEndpointRouteBuilder app)
    {
        app.MapGet("/trace/scope", Scope).RequireDeed(Deed.Trace).Data<ScopeAnswer>("Scope", "How many units contain, contained or may contain what is sought, where, and in whose hands.")
            .Asks([.. Descriptions.Criterion, .. Descriptions.AsOf, Origins]);
        app.MapGet("/trace/scope/units", ScopeUnits).RequireDeed(Deed.Trace).Data<ScopeUnitsAnswer>("ScopeUnits", "The units of a scope, each with why it is in it.")
            .Asks([.. Descriptions.Criterion, .. Descriptions.AsOf, Set, After, Descriptions.Limit]);
        app.MapGet("/recalls", List).RequireDeed(Deed.Trace, Deed.Recall).Data<RecallsAnswer>("Recalls", "Recall cases, the newest first.").Asks([.. Descriptions.AsOf, new("before", "Where to go on: see next."), Descriptions.Limit]);
        app.MapPost("/recalls", Open).RequireDeed(Deed.Recall).Data<RecallAnswer>("OpenRecall", "Opens a case.", StatusCodes.Status201Created).Takes<OpenRecall>("application/json");
        app.MapGet("/recalls/{number}", Case).RequireDeed(Deed.Trace, Deed.Recall).Data<RecallAnswer>("Recall", "A case.").Asks(Descriptions.AsOf);
        app.MapGet("/recalls/{number}/scope", CaseScope).RequireDeed(Deed.Trace, Deed.Recall).Data<ScopeAnswer>("RecallScope", "The case's scope as of now, or as of then.").Asks([.. Descriptions.AsOf, Origins]);
        app.MapGet("/recalls/{number}/units", CaseUnits).RequireDeed(Deed.Trace, Deed.Recall).Data<ScopeUnitsAnswer>("RecallUnits", "The units of the case's scope.").Asks([.. Descriptions.AsOf, Set, After, Descriptions.Limit]);
        app.MapPost("/recalls/{number}/freeze", (HttpContext c, string number, RecallDesk d, RecallQueries q) => Act(c, number, q, caller => d.Freeze(caller, number, c.RequestAborted)))
            .RequireDeed(Deed.Recall).Data<RecallAnswer>("FreezeScope", "Freezes the scope: the list becomes a file, its hash a fact.");
        app.MapPost("/recalls/{number}/lock", (HttpContext c, string number, RecallDesk d, RecallQueries q) => Act(c, number, q, caller => d.Lock(caller, number, c.RequestAborted)))
            .RequireDeed(Deed.Recall).Data<RecallAnswer>("LockRecall", "Locks everything that contains what is sought, now or whenever it turns up, and contains what cannot be excluded; said again, it contains what came into doubt since.");
        app.MapPost("/recalls/{number}/release", Release).RequireDeed(Deed.Recall).Data<RecallAnswer>("ReleaseUnits", "Lets go of units.").Takes<ReleaseUnits>("application/json");
        app.MapGet("/recalls/{number}/list.csv", (HttpContext c, string number, RecallQueries q, ScopeQueries s, LedgerQueries l, Desk d) => Export(c, number, isExcel: false, q, s, l, d))
            .RequireDeed(Deed.Export).Data<string>("RecallListCsv", "The recall list as CSV.").Asks([.. Descriptions.AsOf, Set]);
        app.MapGet("/recalls/{number}/list.xlsx", (HttpContext c, string number, RecallQueries q, ScopeQueries s, LedgerQueries l, Desk d) => Export(c, number, isExcel: true, q, s, l, d))
            .RequireDeed(Deed.Export).Data<byte[]>("RecallListXlsx", "The recall list as an Excel workbook.").Asks([.. Descriptions.AsOf, Set]);
    }

    private static async Task Scope(HttpContext context, ScopeQueries scopes, LedgerQueries ledger)
    {
        var question = new Question(context, [.. CriterionParameters, .. AsOfParameters, "origins"]);
        var withOrigins = question.Word("origins", YesOrNo) ?? false;
        var (criterion, asOf) = (Criterion(question), await question.AsOf(ledger, context.RequestAborted));
        if (!await question.IsRefused(context))
        {
            await Answers.Write(context, await Sum(scopes, criterion, asOf, withOrigins, context.RequestAborted));
        }
    }

    private static async Task ScopeUnits(HttpContext context, ScopeQueries scopes, LedgerQueries ledger)
    {
        var question = new Question(context, [.. CriterionParameters, .. AsOfParameters, "set", "after", "limit"]);
        var (criterion, asOf) = (Criterion(question), await question.AsOf(ledger, context.RequestAborted));
        await Units(context, question, scopes, ledger, criterion, asOf);
    }

    private static async Task List(HttpContext context, RecallQueries recalls, LedgerQueries ledger)
    {
        var question = new Question(context, [.. AsOfParameters, "before", "limit"]);
        var asOf = await question.AsOf(ledger, context.RequestAborted);
        var (before, limit) = (question.Number("before", 0, long.MaxValue), question.Limit());
        if (await question.IsRefused(context))
        {
            return;
        }

        var (cases, next) = await recalls.List(asOf, before, limit, context.RequestAborted);
        await Answers.Write(context, new RecallsAnswer([.. cases.Select(Answer)], next is { } position ? "/recalls" + question.Again("before", position.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task Case(HttpContext context, string number, RecallQueries recalls, LedgerQueries ledger)
    {
        var question = new Question(context, AsOfParameters);
        var asOf = await question.AsOf(ledger, context.RequestAborted);
        if (!await question.IsRefused(context) && await Found(context, number, recalls, asOf) is { } recall)
        {
            await Answers.Write(context, Answer(recall));
        }
    }

    private static async Task CaseScope(HttpContext context, string number, RecallQueries recalls, ScopeQueries scopes, LedgerQueries ledger)
    {
        var question = new Question(context, [.. AsOfParameters, "origins"]);
        var withOrigins = question.Word("origins", YesOrNo) ?? true;
        var asOf = await question.AsOf(ledger, context.RequestAborted);
        if (!await question.IsRefused(context) && await Found(context, number, recalls) is { } recall)
        {
            await Answers.Write(context, await Sum(scopes, recall.Criterion ?? Nothing, asOf, withOrigins, context.RequestAborted));
        }
    }

    private static async Task CaseUnits(HttpContext context, string number, RecallQueries recalls, ScopeQueries scopes, LedgerQueries ledger)
    {
        var question = new Question(context, [.. AsOfParameters, "set", "after", "limit"]);
        var asOf = await question.AsOf(ledger, context.RequestAborted);
        if (await Found(context, number, recalls) is { } recall)
        {
            await Units(context, question, scopes, ledger, recall.Criterion ?? Nothing, asOf);
        }
    }

    private static async Task Open(HttpContext context, RecallDesk desk, RecallQueries recalls)
    {
        if (await Bodies.Read<OpenRecall>(context) is not { } body)
        {
            return;
        }

        var findings = new List<Finding>();
        var criterion = new Criterion(
            Read(body.Lots, "/lots", findings, Granularity.Lot), Read(body.Serials, "/serials", findings, Granularity.Unit), Read(body.Products, "/products", findings, Granularity.Product),
            Moment(body.MadeFrom, "/madeFrom", findings), Moment(body.MadeUntil, "/madeUntil", findings), Read(body.Suppliers, "/suppliers", findings, Granularity.Party));
        if (string.IsNullOrWhiteSpace(body.Case) || body.Case.Length > 64 || body.Case.Any(char.IsControl))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/case", "case", body.Case ?? "", "R-2026-001"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        await Act(context, body.Case!, recalls, caller => desk.Open(caller, body.Case!, criterion, body.Reason, context.RequestAborted), StatusCodes.Status201Created);
    }

    private static async Task Release(HttpContext context, string number, RecallDesk desk, RecallQueries recalls)
    {
        if (await Bodies.Read<ReleaseUnits>(context) is not { } body)
        {
            return;
        }

        var findings = new List<Finding>();
        var units = Read(body.Units, "/units", findings, Granularity.Unit, Granularity.Lot);
        if (units.Count == 0 && findings.Count == 0)
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/units", "units", "", "gs1:01/…/21/…"));
        }

        foreach (var (name, value) in new[] { ("id", body.Id), ("reason", body.Reason) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                findings.Add(new Finding(QuestionFindings.Parameter, "/" + name, name, "", "…"));
            }
        }

        if (body.Hold is not ("recallLock" or "containmentHold"))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/hold", "hold", body.Hold ?? "", "recallLock | containmentHold"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        await Act(context, number, recalls, caller => desk.Release(caller, number, units, body.Hold == "recallLock", body.Reason!, body.Id!, context.RequestAborted));
    }

    private static async Task Export(HttpContext context, string number, bool isExcel, RecallQueries recalls, ScopeQueries scopes, LedgerQueries ledger, Desk desk)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, [.. AsOfParameters, "set"]);
        var asOf = await question.AsOf(ledger, ct);
        var set = question.Word("set", Sets);
        if (await question.IsRefused(context) || await Found(context, number, recalls) is not { } recall)
        {
            return;
        }

        // One cut of the ledger for the whole list, and it is named in the file's name: the same address gives the same list later.
        asOf = asOf with { Known = asOf.Known ?? await ledger.Size(ct) - 1 };
        var caller = Caller.Of(context.User);
        var criterion = recall.Criterion ?? Nothing;
        var form = isExcel ? "xlsx" : "csv";
        await desk.Record(caller, number, form, asOf.Known!.Value, ct);
        var name = Uri.EscapeDataString(string.Create(CultureInfo.InvariantCulture, $"{number}-{asOf.Known}.{form}"));
        context.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{name}";
        context.Response.Headers.CacheControl = "no-store";
        var units = scopes.List(criterion, asOf, set, 0, int.MaxValue, ct);
        if (isExcel)
        {
            context.Response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            await Excel(context.Response.Body, units, ct);
        }
        else
        {
            context.Response.ContentType = "text/csv; charset=utf-8";
            await RecallList.WriteCsv(context.Response.Body, units, ct);
        }
    }

    // A workbook is a zip archive and needs to seek: it is made in a file that goes away when it is closed.
    private static async Task Excel(Stream to, IAsyncEnumerable<ScopeUnit> units, CancellationToken ct)
    {
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await MiniExcel.SaveAsAsync(file, Rows(units, ct), sheetName: "recall", cancellationToken: ct);
        file.Position = 0;
        await file.CopyToAsync(to, ct);
    }

    // One row at a time, in one object: the writer is done with it when it asks for the next. An empty list has its head and an empty row.
    private static async IAsyncEnumerable<Dictionary<string, object>> Rows(IAsyncEnumerable<ScopeUnit> units, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var row = RecallList.Columns.ToDictionary(c => c, _ => (object)"", StringComparer.Ordinal);
        var isEmpty = true;
        await foreach (var unit in units.WithCancellation(ct))
        {
            var cells = RecallList.Row(unit);
            for (var i = 0; i < cells.Length; i++)
            {
                row[RecallList.Columns[i]] = cells[i];
            }

            isEmpty = false;
            yield return row;
        }

        if (isEmpty)
        {
            yield return row;
        }
    }

    private static async Task Act(HttpContext context, string number, RecallQueries recalls, Func<Caller, Task<RecallOutcome>> act, int status = StatusCodes.Status200OK)
    {
        var outcome = await act(Caller.Of(context.User));
        if (outcome.Findings.Count > 0)
        {
            var first = outcome.Findings[0].Kind;
            var code = first == RecallFindings.Unknown ? StatusCodes.Status404NotFound
                : first == RecallFindings.NumberTaken || first == RecallFindings.LockedAlready || first == RecallFindings.NotFrozen || first == Clew.Capture.CaptureFindings.IdTaken ? StatusCodes.Status409Conflict
                : StatusCodes.Status422UnprocessableEntity;
            await Problems.Write(context, code, outcome.Findings);
            return;
        }

        await Answers.Write(context, Answer((await recalls.Find(number, context.RequestAborted))!), status);
    }

    private static async Task<RecallCase?> Found(HttpContext context, string number, RecallQueries recalls, AsOf asOf = default)
    {
        var recall = await recalls.Find(number, asOf, context.RequestAborted);
        if (recall is null)
        {
            await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(RecallFindings.Unknown, "", number)]);
        }

        return recall;
    }

    private static async Task<ScopeAnswer> Sum(ScopeQueries scopes, Criterion criterion, AsOf asOf, bool withOrigins, CancellationToken ct)
    {
        var summary = await scopes.Summary(criterion, asOf, withOrigins, ct);
        var origins = summary.Origins;
        return new ScopeAnswer(
            summary.Known, summary.Devices(ScopeSet.Now), summary.Devices(ScopeSet.Before), summary.Ever, summary.Devices(ScopeSet.Unclear), summary.Parts(ScopeSet.Now),
            origins?.BuiltIn, origins?.FittedLater, origins?.TakenOut, origins?.Ended,
            [.. summary.Counts.Select(c => new ScopeCountAnswer(RecallList.Word(c.Set), c.IsDevice, Stages.Of(c.Stage).Word, Stages.Word(c.Hold), NameAnswer.Of(c.Place), NameAnswer.Of(c.Holder), c.Units))]);
    }

    private static async Task Units(HttpContext context, Question question, ScopeQueries scopes, LedgerQueries ledger, Criterion criterion, AsOf asOf)
    {
        var (set, after, limit) = (question.Word("set", Sets), question.Number("after", 0, long.MaxValue) ?? 0, question.Limit());
        if (await question.IsRefused(context))
        {
            return;
        }

        // All pages are of one cut of the ledger, or a unit that changes sets meanwhile would be on two of them or on none.
        var cut = "";
        if (asOf.Known is null)
        {
            asOf = asOf with { Known = await ledger.Size(context.RequestAborted) - 1 };
            cut = string.Create(CultureInfo.InvariantCulture, $"&known={asOf.Known}");
        }

        var units = new List<ScopeUnit>();
        await foreach (var unit in scopes.List(criterion, asOf, set, after, limit + 1, context.RequestAborted))
        {
            units.Add(unit);
        }

        var more = units.Count > limit;
        await Answers.Write(context, new ScopeUnitsAnswer(
            [.. units.Take(limit).Select(ScopeUnitAnswer.Of)], more ? context.Request.Path + question.Again("after", units[limit - 1].Id.ToString(CultureInfo.InvariantCulture)) + cut : null));
    }

    private static readonly Criterion Nothing = new([], [], [], null, null, []);

    private static Criterion Criterion(Question question)
    {
        var criterion = new Criterion(
            question.Identities("lot", Granularity.Lot), question.Identities("serial", Granularity.Unit), question.Identities("product", Granularity.Product),
            question.Time("madeFrom"), question.Time("madeUntil"), question.Identities("supplier", Granularity.Party));
        if (criterion.Lots.Count + criterion.Serials.Count + criterion.Products.Count + criterion.Suppliers.Count == 0 && question.Findings.Count == 0)
        {
            question.Wrong("lot", "", string.Join(" | ", CriterionParameters));
        }

        return criterion;
    }

    private static List<Identity> Read(IReadOnlyList<string>? texts, string path, List<Finding> findings, params Granularity[] allowed)
    {
        var identities = new List<Identity>();
        for (var i = 0; i < (texts?.Count ?? 0); i++)
        {
            var at = path + "/" + i.ToString(CultureInfo.InvariantCulture);
            var read = Identity.Read(texts![i] ?? "", at, allowed.Length == 1 ? allowed[0] : null);
            if (read.TryGet(out var identity) && allowed.Contains(identity.Granularity))
            {
                identities.Add(identity);
            }
            else if (read.IsRead)
            {
                findings.Add(new Finding(QuestionFindings.Parameter, at, path[1..], texts[i], string.Join(" | ", allowed)));
            }
            else
            {
                findings.AddRange(read.Findings);
            }
        }

        return identities;
    }

    private static EventTime? Moment(string? text, string path, List<Finding> findings)
    {
        if (text is null)
        {
            return null;
        }

        if (EventTime.TryRead(text, out var time))
        {
            return time;
        }

        findings.Add(new Finding(FactFindings.TimeWithoutOffset, path, text));
        return null;
    }

    private static RecallAnswer Answer(RecallCase recall)
    {
        string[] Texts(IReadOnlyList<Identity> identities) => [.. identities.Select(i => i.Text)];
        return new RecallAnswer(
            recall.Number,
            recall.Criterion is { } c ? new CriterionAnswer(Texts(c.Lots), Texts(c.Serials), Texts(c.Products), c.MadeFrom?.ToString(), c.MadeUntil?.ToString(), Texts(c.Suppliers)) : null,
            recall.Reason, recall.Opened.ToString(), recall.OpenedBy,
            recall.Frozen is { } f ? new FrozenAnswer(f.Position, f.Happened.ToString(), f.By, f.Known, f.Now, f.Before, f.Unclear, f.Parts, f.Sha256, "/evidence/" + f.Sha256) : null,
            recall.Locked?.ToString());
    }
}
