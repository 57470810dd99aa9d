using System.Globalization;
using System.Text;
using Clew.Access;
using Clew.Identification;
using Clew.Proof;
using Clew.Server.Access;
using Clew.Server.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Proof;

/// <summary>A checkpoint.</summary>
/// <param name="Root">In base64, as the note has it.</param>
/// <param name="Note">The signed note itself.</param>
/// <param name="Witnesses">Names under it besides the ledger's own.</param>
/// <param name="Timestamp">What an authority of time said of its text: a token of RFC 3161, in base64.</param>
public sealed record CheckpointAnswer(long Size, string Root, DateTimeOffset MadeAt, string Note, IReadOnlyList<string> Witnesses, string? Timestamp)
{
    internal static CheckpointAnswer Of(KeptCheckpoint kept)
    {
        var read = Checkpoint.Read(kept.Note.Text).Value;
        return new CheckpointAnswer(kept.Size, read.Root.ToBase64(), kept.MadeAt, kept.Note.ToString(), [.. kept.Note.Signatures.Select(s => s.Name).Where(n => n != read.Origin).Distinct(StringComparer.Ordinal)], kept.Timestamp is { } token ? Convert.ToBase64String(token) : null);
    }
}

/// <summary>Checkpoints, the newest first.</summary>
public sealed record CheckpointsAnswer(IReadOnlyList<CheckpointAnswer> Checkpoints, string? Next);

/// <summary>That the ledger of one size begins with the ledger of an earlier one.</summary>
/// <param name="Path">RFC 6962 2.1.2, in base64.</param>
public sealed record ConsistencyAnswer(long From, string FromRoot, long To, string ToRoot, IReadOnlyList<string> Path);

/// <summary>By what checkpoints are verified.</summary>
/// <param name="Key">A C2SP verifier key; nothing when this server does not sign.</param>
/// <param name="Declaration">Signed by this key and the one before.</param>
/// <param name="WitnessKey">By which this server co-signs others.</param>
public sealed record KeysAnswer(string? Origin, string? Key, string? Declaration, string? WitnessKey);

/// <summary>Makes a new key.</summary>
public sealed record RotateKey(string? Reason);

/// <summary>A witness to ask.</summary>
/// <param name="Key">Its C2SP verifier key.</param>
/// <param name="Address">Its submission prefix; <c>add-checkpoint</c> is put behind it.</param>
public sealed record NameWitness(string? Key, string? Address);

/// <summary>A witness as it stands.</summary>
public sealed record WitnessAnswer(string Name, string Key, string Address, long Seen, DateTimeOffset? SeenAt, string? Trouble);

/// <summary>All witnesses.</summary>
public sealed record WitnessesAnswer(IReadOnlyList<WitnessAnswer> Witnesses);

/// <summary>A ledger of somebody else's, to co-sign.</summary>
public sealed record NameLedger(string? Key);

/// <summary>A ledger that is co-signed.</summary>
public sealed record WitnessedAnswer(string Origin, string Key, long Size, DateTimeOffset? CosignedAt);

/// <summary>All ledgers that are co-signed.</summary>
public sealed record WitnessedLedgersAnswer(IReadOnlyList<WitnessedAnswer> Ledgers);

/// <summary>Something that is otherwise than it was.</summary>
/// <param name="Position">The first entry that differs; nothing when it is no single one.</param>
public sealed record AlarmAnswer(DateTimeOffset FoundAt, string Code, long? Position, string What);

/// <summary>How far the self-audit is, and what it found.</summary>
/// <param name="Rounds">How often it has read the whole ledger.</param>
/// <param name="Position">The next entry of this round.</param>
/// <param name="FinishedAt">When a round last came to the end without finding anything.</param>
/// <param name="Views">How far the views are told again.</param>
public sealed record AuditAnswer(long Rounds, long Position, long Size, DateTimeOffset? FinishedAt, long FinishedSize, ViewAuditState Views, IReadOnlyList<AlarmAnswer> Alarms);

/// <summary>Proofs over HTTP, in the formats of C2SP, so that anybody's tools can verify them.</summary>
public static class ProofEndpoints
{
    private static readonly FindingKind NotSigned = new("proof.notSigned", Severity.Error,
        "There is no signed checkpoint over {0} entries yet.", "Ask again after the next checkpoint; without one for long, look at /proof.",
        "尚无覆盖 {0} 条记录的已签名检查点。", "请在下一个检查点之后重试；如长时间没有，请查看 /proof 页面。");

    private static readonly FindingKind Damaged = new("proof.damaged", Severity.Error,
        "The ledger is damaged: {0}", "Tell whoever answers for the system; do not alter anything.",
        "账本已损坏：{0}", "请立即通知系统负责人，切勿改动任何内容。");

    private static readonly FindingKind Full = new("proof.witnesses", Severity.Error,
        "There are {0} witnesses already.", "That many is enough for any quorum.",
        "已有 {0} 个见证方。", "该数量已足够。");

    // A checkpoint with its proof is some kilobytes.
    private const int RequestMax = 64 << 10;

    /// <summary>Adds the endpoints.</summary>
    public static void MapProofs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/proof/checkpoint", Latest).RequireDeed(Deed.Look, Deed.Administer).Data<string>("Checkpoint", "The latest signed checkpoint (C2SP tlog-checkpoint).");
        app.MapGet("/proof/checkpoints", List).RequireDeed(Deed.Look, Deed.Administer).Data<CheckpointsAnswer>("Checkpoints", "Signed checkpoints, the newest first.").Asks(new("before", "Where to go on: see next."), Descriptions.Limit);
        app.MapPost("/proof/checkpoints", Make).RequireDeed(Deed.Inspect, Deed.Administer).Data<CheckpointAnswer>("MakeCheckpoint", "Signs the ledger as it is now.", StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/proof/inclusion/{position:long}", Inclusion).RequireDeed(Deed.Look).Data<string>("InclusionProof", "That the entry at this position is in the ledger (C2SP tlog-proof).").Asks(new Asked("size", "Of which checkpoint; the latest unless given.")).ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/proof/consistency", Consistency).RequireDeed(Deed.Look, Deed.Administer).Data<ConsistencyAnswer>("ConsistencyProof", "That the ledger only grew between two sizes.").Asks(new Asked("from", "The earlier size."), new Asked("to", "The later size; that of the latest checkpoint unless given."));
        app.MapGet("/proof/tile/{**tile}", TileOf).RequireDeed(Deed.Look).Data<byte[]>("Tile", "A tile of the tree (C2SP tlog-tiles), such as 0/x001/234 or 1/000.p/17.");
        app.MapGet("/proof/keys", Keys).RequireDeed(Deed.Look, Deed.Administer).Data<KeysAnswer>("LedgerKeys", "By what checkpoints are verified.");
        app.MapPost("/proof/keys", Rotate).RequireDeed(Deed.Administer).Data<KeysAnswer>("RotateLedgerKey", "Makes a new key; the old one signs that it takes over.", StatusCodes.Status201Created).Takes<RotateKey>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/proof/audit", Audit).RequireDeed(Deed.Inspect, Deed.Administer).Data<AuditAnswer>("SelfAudit", "How far the self-audit is, and everything that was found to be otherwise than it was.");
        app.MapGet("/proof/witnesses", WitnessList).RequireDeed(Deed.Inspect, Deed.Administer).Data<WitnessesAnswer>("Witnesses", "Who is asked to co-sign checkpoints.");
        app.MapPost("/proof/witnesses", NameOne).RequireDeed(Deed.Administer).Data<WitnessesAnswer>("NameWitness", "Has a witness co-sign checkpoints from now on.", StatusCodes.Status201Created).Takes<NameWitness>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/witness/ledgers", Witnessed).RequireDeed(Deed.Inspect, Deed.Administer).Data<WitnessedLedgersAnswer>("WitnessedLedgers", "Ledgers of others that are co-signed here.");
        app.MapPost("/witness/ledgers", Know).RequireDeed(Deed.Administer).Data<WitnessedLedgersAnswer>("WitnessLedger", "Co-signs somebody else's ledger from now on.", StatusCodes.Status201Created).Takes<NameLedger>("application/json");

        // Whoever asks shows by its signature who it is: a key of ours would say nothing more, and other implementations have none.
        app.MapPost("/witness/add-checkpoint", Cosign).AllowAnonymous().WithName("AddCheckpoint").WithSummary("Co-signs a checkpoint of a known ledger that continues what was seen of it (C2SP tlog-witness).")
            .Takes<string>("text/plain").Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task Latest(HttpContext context, Checkpoints checkpoints)
    {
        if (await checkpoints.Latest(long.MaxValue, context.RequestAborted) is { } latest)
        {
            await Note(context, latest.Note.ToString());
        }
        else
        {
            await NotYet(context, 1);
        }
    }

    private static async Task List(HttpContext context, Checkpoints checkpoints)
    {
        var question = new Question(context, "before", "limit");
        var (before, limit) = (question.Number("before", 0, long.MaxValue) ?? long.MaxValue, question.Limit());
        if (await question.IsRefused(context))
        {
            return;
        }

        var page = await checkpoints.List(before, limit + 1, context.RequestAborted);
        var next = page.Count > limit ? "/proof/checkpoints" + question.Again("before", Text(page[limit - 1].Size)) : null;
        await Answers.Write(context, new CheckpointsAnswer([.. page.Take(limit).Select(CheckpointAnswer.Of)], next));
    }

    private static Task Make(HttpContext context, Checkpoints checkpoints) => Carefully(context, async () =>
    {
        if (await checkpoints.Make(context.RequestAborted) is { } made)
        {
            await Answers.Write(context, CheckpointAnswer.Of(made), StatusCodes.Status201Created);
        }
        else
        {
            await NotYet(context, 1);
        }
    });

    private static Task Inclusion(HttpContext context, long position, Checkpoints checkpoints, TreeQueries tree) => Carefully(context, async () =>
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "size");
        var size = question.Number("size", 1, long.MaxValue);
        if (await question.IsRefused(context))
        {
            return;
        }

        var head = (await tree.Head(ct)).Size;
        if (position < 0 || position >= head)
        {
            await Answers.NotFound(context, Text(position));
            return;
        }

        var checkpoint = size is { } asked ? await checkpoints.Latest(asked, ct) : await checkpoints.Reaching(position + 1, ct);
        if (checkpoint is null || position >= checkpoint.Size || (size is { } exactly && checkpoint.Size != exactly))
        {
            await NotYet(context, size ?? (position + 1));
            return;
        }

        var path = await tree.Hashes(Subtree.Inclusion(position, checkpoint.Size), checkpoint.Size, ct);
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{position}.tlog-proof\"");
        await Note(context, new InclusionProof(position, path, checkpoint.Note).ToString());
    });

    private static Task Consistency(HttpContext context, Checkpoints checkpoints, TreeQueries tree) => Carefully(context, async () =>
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "from", "to");
        var head = (await tree.Head(ct)).Size;
        var to = question.Number("to", 0, head) ?? (await checkpoints.Latest(long.MaxValue, ct))?.Size ?? head;
        var from = question.Number("from", 0, to) ?? 0;
        if (!await question.IsRefused(context))
        {
            var path = await tree.Hashes(Subtree.Consistency(from, to), to, ct);
            await Answers.Write(context, new ConsistencyAnswer(from, (await tree.Root(from, ct)).ToBase64(), to, (await tree.Root(to, ct)).ToBase64(), [.. path.Select(h => h.ToBase64())]));
        }
    });

    private static Task TileOf(HttpContext context, string tile, TreeQueries tree) => Carefully(context, async () =>
    {
        if (!Tile.TryRead(tile, out var read, out var width) || read.WidthIn((await tree.Head(context.RequestAborted)).Size) < width)
        {
            await Answers.NotFound(context, tile);
            return;
        }

        // Written once: a tile that is there never changes.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.ContentType = "application/octet-stream";
        await context.Response.BodyWriter.WriteAsync(await tree.Bytes(read, width, context.RequestAborted), context.RequestAborted);
    });

    private static Task Keys(HttpContext context, ProofSettings settings) => Answers.Write(context, Answer(settings));

    private static async Task Rotate(HttpContext context, Checkpoints checkpoints, ProofSettings settings)
    {
        if (await Bodies.Read<RotateKey>(context) is not { } body)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(body.Reason))
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, [new Finding(QuestionFindings.Parameter, "/reason", "reason", "", "…")]);
        }
        else if (await checkpoints.Rotate(body.Reason, Caller.Of(context.User).Name, context.RequestAborted) is null)
        {
            await NotYet(context, 1);
        }
        else
        {
            await Answers.Write(context, Answer(settings), StatusCodes.Status201Created);
        }
    }

    private static async Task Audit(HttpContext context, SelfAudit audit, ViewAudit views, Alarms alarms)
    {
        var state = await audit.State(context.RequestAborted);
        var found = await alarms.List(context.RequestAborted);
        var isChinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        await Answers.Write(context, new AuditAnswer(state.Rounds, state.Position, state.Size, state.FinishedAt, state.FinishedSize, await views.State(context.RequestAborted), [.. found.Select(a => new AlarmAnswer(a.FoundAt, a.Code, a.Position, isChinese ? a.Zh : a.En))]));
    }

    private static async Task WitnessList(HttpContext context, Witnesses witnesses) => await Answers.Write(context, Answer(await witnesses.List(context.RequestAborted)));

    private static async Task NameOne(HttpContext context, Witnesses witnesses)
    {
        if (await Bodies.Read<NameWitness>(context) is not { } body)
        {
            return;
        }

        var key = NoteKey.Read(body.Key ?? "", "/key");
        var findings = key.IsRead ? [] : key.Findings.ToList();
        if (key.IsRead && key.Value.Type != SignatureType.Cosignature)
        {
            findings.Add(new Finding(ProofFindings.Key, "/key", body.Key!));
        }

        // Relative addresses are put behind it, so it is a folder.
        var address = (body.Address ?? "").TrimEnd('/') + "/";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/address", "address", body.Address ?? "", "https://witness.example/witness/"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
        }
        else if (!await witnesses.Add(key.Value, uri!, context.RequestAborted))
        {
            await Problems.Write(context, StatusCodes.Status409Conflict, [new Finding(Full, "/key", Text(Proof.Witnesses.WitnessesMax))]);
        }
        else
        {
            await Answers.Write(context, Answer(await witnesses.List(context.RequestAborted)), StatusCodes.Status201Created);
        }
    }

    private static async Task Witnessed(HttpContext context, Witnesses witnesses) => await Answers.Write(context, Answer(await witnesses.Ledgers(context.RequestAborted)));

    private static async Task Know(HttpContext context, Witnesses witnesses)
    {
        if (await Bodies.Read<NameLedger>(context) is not { } body)
        {
            return;
        }

        if (!NoteKey.Read(body.Key ?? "", "/key").TryGet(out var key) || key.Type != SignatureType.Note)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, [new Finding(ProofFindings.Key, "/key", body.Key ?? "")]);
            return;
        }

        await witnesses.Know(key, context.RequestAborted);
        await Answers.Write(context, Answer(await witnesses.Ledgers(context.RequestAborted)), StatusCodes.Status201Created);
    }

    private static async Task Cosign(HttpContext context, Witnesses witnesses)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = RequestMax;
        }

        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = WitnessRequest.Read(await reader.ReadToEndAsync(context.RequestAborted));
        var findings = request.IsRead ? Checkpoint.Read(request.Value.Checkpoint.Text).Findings : request.Findings;
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var (status, text) = await witnesses.Cosign(request.Value, context.RequestAborted);
        context.Response.StatusCode = status;
        if (text.Length > 0)
        {
            context.Response.ContentType = status == StatusCodes.Status409Conflict ? "text/x.tlog.size" : "text/plain; charset=utf-8";
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
        else
        {
            await Problems.WriteStatus(context);
        }
    }

    // Somebody had a hand in the database: said as it is, and never as if there were nothing to ask for.
    internal static async Task Carefully(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (LedgerDamagedException e)
        {
            await Problems.Write(context, StatusCodes.Status500InternalServerError, [new Finding(Damaged, "", e.Message)]);
        }
    }

    private static async Task Note(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    internal static Task NotYet(HttpContext context, long size) => Problems.Write(context, StatusCodes.Status409Conflict, [new Finding(NotSigned, "", Text(size))]);

    private static KeysAnswer Answer(ProofSettings settings) =>
        new(settings.Signer?.Origin, settings.Signer?.Key.ToString(), settings.Signer?.Declaration.ToString(), settings.Signer?.WitnessKey.ToString());

    private static WitnessesAnswer Answer(List<Witness> witnesses) =>
        new([.. witnesses.Select(w => new WitnessAnswer(w.Key.Name, w.Key.ToString(), w.Address.ToString(), w.Seen, w.SeenAt, w.Trouble))]);

    private static WitnessedLedgersAnswer Answer(List<WitnessedLedger> ledgers) => new([.. ledgers.Select(l => new WitnessedAnswer(l.Origin, l.Key.ToString(), l.Size, l.CosignedAt))]);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
