using System.Globalization;
using System.Text.Json;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Ledger;

/// <summary>What the sender wants when one fact of a document is refused (EPCIS 2.0: GS1-Capture-Error-Behaviour).</summary>
public enum ErrorBehaviour : short
{
    /// <summary>All or nothing.</summary>
    Rollback = 0,

    /// <summary>Each for itself.</summary>
    Proceed = 1,
}

/// <summary>That a fact is in the ledger: where, and the hash of its leaf. Senders keep it.</summary>
public sealed record Receipt(long Position, byte[] Leaf);

/// <summary>What came of one fact.</summary>
public enum FactStatus
{
    /// <summary>In the ledger now.</summary>
    Admitted,

    /// <summary>Was in the ledger before; the receipt is the first one.</summary>
    Known,

    /// <summary>Not taken; the findings say why.</summary>
    Refused,

    /// <summary>Not taken: its id stands for another content.</summary>
    Conflict,
}

/// <summary>A finding as it is kept beside the document that it was made in: in both languages, whoever will read it.</summary>
public sealed record KeptFinding(string Code, string Severity, string Path, string En, string EnRemedy, string Zh, string ZhRemedy)
{
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    /// <summary>From a finding.</summary>
    public static KeptFinding Of(Finding f) => new(
        f.Code, f.Severity.ToString().ToLowerInvariant(), Seen(f.Path), Seen(f.What(CultureInfo.InvariantCulture)), Seen(f.Remedy(CultureInfo.InvariantCulture)), Seen(f.What(Chinese)), Seen(f.Remedy(Chinese)));

    // The sender's own text stands in it, and PostgreSQL's jsonb takes every character but this one.
    private static string Seen(string text) => text.Replace('\0', '\u2400');
}

/// <summary>What came of one fact.</summary>
/// <param name="Id">The sender's, or the one we gave.</param>
public sealed record FactOutcome(FactStatus Status, string? Id, Receipt? Receipt, IReadOnlyList<Finding> Findings);

/// <summary>A document as it arrived, byte for byte.</summary>
public sealed record ArrivedDocument(string MediaType, byte[] Bytes, byte[] Sha256);

/// <summary>One document on its way into the ledger, with the promise of an outcome.</summary>
/// <remarks>The document and what was refused of it are kept by the same commit that appends what was admitted.</remarks>
public sealed class Submission
{
    internal const int FindingsKept = 100;

    private readonly TaskCompletionSource<IReadOnlyList<FactOutcome>> promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FactOutcome[] outcomes = [];

    /// <summary>A document of this sender.</summary>
    /// <param name="arrived">Nothing for a piece of a document that is kept already, and for what we say ourselves.</param>
    public Submission(string sender, ArrivedDocument? arrived, IReadOnlyList<(Draft? Draft, IReadOnlyList<Finding> Findings)> drafts, ErrorBehaviour behaviour)
    {
        Sender = sender;
        Arrived = arrived;
        Drafts = drafts;
        Behaviour = behaviour;
        RawSha256 = arrived is null ? "" : Convert.ToHexStringLower(arrived.Sha256);
        foreach (var (draft, _) in drafts)
        {
            ItemCount += draft?.Fact.Items.Count ?? 0;
        }
    }

    /// <summary>Who sends it.</summary>
    public string Sender { get; }

    /// <summary>Its bytes.</summary>
    public ArrivedDocument? Arrived { get; }

    /// <summary>What was read from it: drafts, or why there is none.</summary>
    public IReadOnlyList<(Draft? Draft, IReadOnlyList<Finding> Findings)> Drafts { get; }

    /// <summary>What the sender wants when one fact is refused.</summary>
    public ErrorBehaviour Behaviour { get; }

    /// <summary>The hash that entries name; set by a job for its pieces.</summary>
    public string RawSha256 { get; init; }

    /// <summary>In our tables; set by a job for its pieces.</summary>
    public long DocumentId { get; set; }

    /// <summary>The document that this one mends, when somebody sends it again corrected.</summary>
    public long? Mends { get; init; }

    /// <summary>How many items are named.</summary>
    public int ItemCount { get; }

    /// <summary>How many facts went in.</summary>
    public int Admitted { get; private set; }

    /// <summary>How many did not.</summary>
    public int Refused { get; private set; }

    /// <summary>All or nothing was asked for, and something was refused while others were told already.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>What came of it, once it is on disk.</summary>
    public Task<IReadOnlyList<FactOutcome>> Outcome => promise.Task;

    // Ids of the batch that are in the ledger.
    internal Dictionary<Guid, (Guid Content, Receipt Receipt)>? Known { get; set; }

    // Refusals found while telling, kept across the second telling.
    private Dictionary<int, IReadOnlyList<Finding>>? refusals;

    internal void Begin()
    {
        outcomes = new FactOutcome[Drafts.Count];
        (Admitted, Refused, IsSpoilt) = (0, 0, false);
    }

    /// <summary>Answers the whole document when nothing of it can go in: unreadable, in conflict, or refused on the first telling.</summary>
    internal bool RefuseWhole()
    {
        (Admitted, Refused) = (0, 0);
        var errors = new Dictionary<int, FactOutcome>();
        var mine = new Dictionary<Guid, Guid>();
        for (var i = 0; i < Drafts.Count; i++)
        {
            var (draft, findings) = Drafts[i];
            if (draft is null)
            {
                errors[i] = new FactOutcome(FactStatus.Refused, null, null, findings);
            }
            else if (refusals?.TryGetValue(i, out var told) == true)
            {
                errors[i] = new FactOutcome(FactStatus.Refused, draft.Fact.Id, null, told);
            }
            else
            {
                var (key, content) = (draft.Key.ToGuid(), Page.ContentOf(draft));
                if (Known!.TryGetValue(key, out var known) && known.Content != content)
                {
                    errors[i] = Conflict(draft, known.Receipt.Position);
                }
                else if (mine.TryGetValue(key, out var earlier) && earlier != content)
                {
                    errors[i] = new FactOutcome(FactStatus.Conflict, draft.Fact.Id, null, [new Finding(CaptureFindings.IdTwice, draft.Path + "/id", draft.Fact.Id)]);
                }

                mine[key] = content;
            }
        }

        foreach (var (i, error) in errors)
        {
            outcomes[i] = error;
            Refused++;
        }

        if (errors.Count == 0 || Behaviour == ErrorBehaviour.Proceed)
        {
            return false;
        }

        for (var i = 0; i < Drafts.Count; i++)
        {
            if (!errors.ContainsKey(i))
            {
                outcomes[i] = new FactOutcome(FactStatus.Refused, Drafts[i].Draft!.Fact.Id, null, [new Finding(CaptureFindings.WithOthers, Drafts[i].Draft!.Path)]);
                Refused++;
            }
        }

        return true;
    }

    /// <summary>Answers a fact that needs no telling: known, in conflict, or refused already.</summary>
    internal bool TryAnswerKnown(int index, Draft draft, Page page)
    {
        if (outcomes[index] is { Status: FactStatus.Refused or FactStatus.Conflict } && Refused > 0)
        {
            return true;
        }

        var key = draft.Key.ToGuid();
        if (!Known!.TryGetValue(key, out var known) && !page.TryFind(key, out known))
        {
            return false;
        }

        if (known.Content == Page.ContentOf(draft))
        {
            outcomes[index] = new FactOutcome(FactStatus.Known, draft.Fact.Id, known.Receipt, Drafts[index].Findings);
            return true;
        }

        Refuse(index, Conflict(draft, known.Receipt.Position));
        return true;
    }

    internal void Admit(int index, Receipt receipt, List<Finding>? remarks)
    {
        var findings = Drafts[index].Findings;
        outcomes[index] = new FactOutcome(FactStatus.Admitted, Drafts[index].Draft!.Fact.Id, receipt, remarks is null ? findings : [.. findings, .. remarks]);
        Admitted++;
    }

    internal void Refuse(int index, IReadOnlyList<Finding> findings) =>
        Refuse(index, new FactOutcome(FactStatus.Refused, Drafts[index].Draft!.Fact.Id, null, findings));

    internal void Complete() => promise.TrySetResult(outcomes);

    internal void Fail(Exception e) => promise.TrySetException(e);

    /// <summary>The findings of what was refused, as kept beside the document; nothing when all went in.</summary>
    internal string? FindingsJson()
    {
        if (Refused == 0)
        {
            return null;
        }

        var kept = outcomes.Where(o => o.Status is FactStatus.Refused or FactStatus.Conflict)
            .SelectMany(o => o.Findings).Take(FindingsKept)
            .Select(KeptFinding.Of);
        return JsonSerializer.Serialize(kept, Web.Answers.Json);
    }

    private void Refuse(int index, FactOutcome outcome)
    {
        outcomes[index] = outcome;
        Refused++;
        if (Behaviour == ErrorBehaviour.Rollback)
        {
            (refusals ??= [])[index] = outcome.Findings;
            IsSpoilt = true;
        }
    }

    private static FactOutcome Conflict(Draft draft, long position) =>
        new(FactStatus.Conflict, draft.Fact.Id, null, [new Finding(CaptureFindings.IdTaken, draft.Path + "/id", draft.Fact.Id, position.ToString(CultureInfo.InvariantCulture))]);
}
