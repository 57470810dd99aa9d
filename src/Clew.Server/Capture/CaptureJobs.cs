using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Capture;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Web;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Capture;

/// <summary>What is wrong, as EPCIS has it in a capture job: a problem of RFC 7807, with our code and the place in the document.</summary>
/// <param name="Path">JSON Pointer, or line and column.</param>
public sealed record CaptureProblem(string Type, string Title, int Status, string Detail, string Code, string Path);

/// <summary>What came of one event of a document, in the order of the document.</summary>
/// <param name="Status">captured; known: it was there before; rejected.</param>
/// <param name="Position">In the ledger: with <paramref name="Leaf"/> it is the receipt.</param>
public sealed record CapturedEvent(string? EventID, string Status, long? Position, string? Leaf);

/// <summary>A capture job as EPCIS 2.0 describes it, and what came of each event.</summary>
/// <param name="Captured">Events in the ledger by it.</param>
/// <param name="Known">Events that were in the ledger before.</param>
/// <param name="Rejected">Events that are not.</param>
/// <param name="Errors">The first hundred.</param>
/// <param name="Results">What came of each event; left out of lists and of long documents.</param>
/// <param name="Remarks">What is worth a word in what was captured all the same, the first hundred; left out like the results.</param>
public sealed record CaptureJobAnswer(
    string CaptureID, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool Running, bool Success, string CaptureErrorBehaviour,
    int Captured, int Known, int Rejected, IReadOnlyList<CaptureProblem> Errors, IReadOnlyList<CapturedEvent>? Results, IReadOnlyList<CaptureProblem>? Remarks = null)
{
    private static readonly XNamespace Epcis = "urn:epcglobal:epcis:xsd:2";
    private static readonly XNamespace Own = FactAsEvent.Namespace;

    /// <summary>The same in XML.</summary>
    public XElement ToXml() => new(Epcis + "EPCISCaptureJob", new XAttribute(XNamespace.Xmlns + "epcis", Epcis.NamespaceName),
        new XAttribute("captureID", CaptureID), new XAttribute("running", Running), new XAttribute("success", Success),
        new XElement("captureErrorBehaviour", CaptureErrorBehaviour), new XElement("createdAt", CreatedAt), FinishedAt is { } end ? new XElement("finishedAt", end) : null,
        Errors.Count == 0 ? null : new XElement("errors", Errors.Select(e => new XElement("error", new XElement("type", e.Type), new XElement("title", e.Title), new XElement("status", e.Status), new XElement("detail", e.Detail), new XElement(Own + "path", e.Path)))),
        Results is null ? null : new XElement(Own + "results", Results.Select(r => new XElement(Own + "event", r.EventID is null ? null : new XAttribute("eventID", r.EventID), new XAttribute("status", r.Status), r.Position is { } p ? new XAttribute("position", p) : null))));
}

/// <summary>
/// Documents that arrived, as the capture jobs of EPCIS. A job has no row of its own: the document says when and how it came and how many
/// events went in, and which they are follows from its bytes and from the ids that the ledger knows.
/// </summary>
public sealed class CaptureJobs(NpgsqlDataSource database)
{
    private const string Columns = """
        d.id, d.received_at, d.behaviour, coalesce(j.admitted, d.admitted), coalesce(j.refused, d.refused), d.facts, coalesce(j.findings, d.findings),
        j.id is not null, j.finished_at, j.known, d.sender, d.media_type, d.parts
        """;

    /// <summary>One job; nothing when there is none that this caller may see.</summary>
    public async Task<CaptureJobAnswer?> Find(long id, Caller caller, CancellationToken ct)
    {
        CaptureJobAnswer answer;
        string sender, mediaType;
        await using (var command = database.CreateCommand($"select {Columns} from document d left join job j on j.document = d.id where d.id = $1"))
        {
            command.Parameters.Add(new() { Value = id });
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct))
            {
                return null;
            }

            (answer, sender, mediaType) = (Of(row), row.GetString(10), row.GetString(11));
            if ((sender != caller.Name && !caller.May(Clew.Access.Deed.Inspect)) || row.GetInt32(12) > 0)
            {
                return sender == caller.Name || caller.May(Clew.Access.Deed.Inspect) ? answer : null;
            }
        }

        var (results, remarks) = await Results(id, sender, mediaType, ct);
        return answer with { Results = results, Remarks = remarks };
    }

    /// <summary>Jobs, the newest first.</summary>
    /// <param name="sender">Only this sender's; nothing means all.</param>
    public async Task<(IReadOnlyList<CaptureJobAnswer> Jobs, long? Next)> List(string? sender, long before, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from document d left join job j on j.document = d.id where {(sender is null ? "" : "d.sender = $3 and")} d.id < $1 order by d.id desc limit $2");
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = max + 1 });
        if (sender is not null)
        {
            command.Parameters.Add(new() { Value = sender });
        }

        await using var row = await command.ExecuteReaderAsync(ct);
        List<CaptureJobAnswer> jobs = [];
        while (await row.ReadAsync(ct))
        {
            jobs.Add(Of(row));
        }

        if (jobs.Count <= max)
        {
            return (jobs, null);
        }

        jobs.RemoveAt(max);
        return (jobs, long.Parse(jobs[^1].CaptureID, CultureInfo.InvariantCulture));
    }

    /// <summary>A problem out of a finding.</summary>
    public static CaptureProblem Problem(string code, string path, string what, string remedy)
    {
        var isConflict = code == CaptureFindings.IdTaken.Code || code == CaptureFindings.IdTwice.Code;
        var isForbidden = code == ReceptionFindings.MayNotSay.Code;
        return new CaptureProblem(
            isConflict ? "epcisException:ResourceAlreadyExistsException" : isForbidden ? "epcisException:SecurityException" : "epcisException:ValidationException",
            what, isConflict ? StatusCodes.Status409Conflict : isForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest, remedy, code, path);
    }

    /// <summary>The job of a submission that was answered just now.</summary>
    internal static CaptureJobAnswer Of(Submission submission, IReadOnlyList<FactOutcome> outcomes, DateTimeOffset received, DateTimeOffset now)
    {
        var known = outcomes.Count(o => o.Status == FactStatus.Known);
        var errors = outcomes.Where(o => o.Status is FactStatus.Refused or FactStatus.Conflict).SelectMany(o => o.Findings).Take(Submission.FindingsKept)
            .Select(f => Problem(f.Code, f.Path, f.What(CultureInfo.CurrentUICulture), f.Remedy(CultureInfo.CurrentUICulture)));
        return new CaptureJobAnswer(
            submission.DocumentId.ToString(CultureInfo.InvariantCulture), received, now, Running: false, submission.Refused == 0, Word(submission.Behaviour),
            submission.Admitted, known, submission.Refused, [.. errors], [.. outcomes.Select(o => new CapturedEvent(o.Id, Word(o.Status), o.Receipt?.Position, o.Receipt is { } r ? Convert.ToBase64String(r.Leaf) : null))],
            Remarked(outcomes.Where(o => o.Status is FactStatus.Admitted or FactStatus.Known).SelectMany(o => o.Findings)));
    }

    private static List<CaptureProblem>? Remarked(IEnumerable<Finding> findings) =>
        findings.Where(f => f.Severity == Severity.Warning).Take(Submission.FindingsKept).Select(f => Problem(f.Code, f.Path, f.What(CultureInfo.CurrentUICulture), f.Remedy(CultureInfo.CurrentUICulture)) with { Type = "about:blank", Status = StatusCodes.Status200OK }).ToList() is { Count: > 0 } some ? some : null;

    private static CaptureJobAnswer Of(NpgsqlDataReader row)
    {
        var isZh = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        var kept = row.IsDBNull(6) ? [] : JsonSerializer.Deserialize<List<KeptFinding>>(row.GetString(6), Answers.Json)!;
        var (admitted, refused, facts, isJob, finished) = (row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetBoolean(7), row.MomentOrNull(8));
        var isRunning = isJob && finished is null;
        return new CaptureJobAnswer(
            row.GetInt64(0).ToString(CultureInfo.InvariantCulture), row.Moment(1), isJob ? finished : row.Moment(1), isRunning, refused == 0, Word((ErrorBehaviour)row.GetInt16(2)),
            admitted, isJob ? row.GetInt32(9) : facts - admitted - refused, refused,
            [.. kept.Select(f => Problem(f.Code, f.Path, isZh ? f.Zh : f.En, isZh ? f.ZhRemedy : f.EnRemedy))], null);
    }

    // Read again from the kept bytes: what each event is called, and whether the ledger knows it with that content.
    private async Task<(IReadOnlyList<CapturedEvent> Results, IReadOnlyList<CaptureProblem>? Remarks)> Results(long id, string sender, string mediaType, CancellationToken ct)
    {
        var bytes = await ExceptionQueries.Bytes(database, id, ct);
        List<Draft?> drafts = [];
        List<Finding> findings = [];
        var source = Unreadable.Or(mediaType, bytes);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        while (source.TryNext(out var read) && drafts.Count < CaptureEndpoints.FactsMax)
        {
            drafts.Add(read.Fact is { } fact ? Draft.Of(fact, sender, "", buffer) : null);
            findings.AddRange(read.Fact is null ? [] : read.Findings);
        }

        Dictionary<Guid, (Guid Content, long Position, byte[] Leaf, long Document)> known = [];
        await using (var command = database.CreateCommand("select k.key, k.content, k.position, e.leaf, e.document from known k join entry e on e.position = k.position where k.key = any($1)"))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. drafts.Where(d => d is not null).Select(d => d!.Key.ToGuid()).Distinct()], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                known[row.GetGuid(0)] = (row.GetGuid(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetInt64(4));
            }
        }

        return ([.. drafts.Select(d => d is not null && known.TryGetValue(d.Key.ToGuid(), out var k) && k.Content == Page.ContentOf(d)
            ? new CapturedEvent(d.Fact.Id, k.Document == id ? Word(FactStatus.Admitted) : Word(FactStatus.Known), k.Position, Convert.ToBase64String(k.Leaf))
            : new CapturedEvent(d?.Fact.Id, Word(FactStatus.Refused), null, null))], Remarked(findings));
    }

    internal static string Word(ErrorBehaviour behaviour) => behaviour == ErrorBehaviour.Rollback ? "rollback" : "proceed";

    private static string Word(FactStatus status) => status switch { FactStatus.Admitted => "captured", FactStatus.Known => "known", _ => "rejected" };
}
