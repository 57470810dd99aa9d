using System.Globalization;
using Clew.Facts;
using Clew.Identification;
using Clew.Lifecycle;
using Clew.MasterData;
using static Clew.Identification.Severity;

namespace Clew.Capture;

/// <summary>What admission can find, beyond what is wrong with the fact as written.</summary>
public static class CaptureFindings
{
    /// <summary>What has not happened yet is a plan, not a fact.</summary>
    public static readonly FindingKind InTheFuture = new("time.future", Error,
        "'{0}' is in the future: our clock says {1}.", "Check the sender's clock and its offset; send what has happened, not what is planned.",
        "“{0}”是未来时间：本系统时钟为 {1}。", "请检查发送方的时钟与时差；只上报已发生的事，而非计划。");

    /// <summary>The same id with other content.</summary>
    public static readonly FindingKind IdTaken = new("id.taken", Error,
        "The id '{0}' was used before, at position {1}, for another content.", "Send a new fact under a new id; to take back the first, send a correction that names it.",
        "标识“{0}”已在位置 {1} 用于其他内容。", "请用新的标识发送新事实；如需撤回原事实，请发送更正。");

    /// <summary>Twice in one document, with different content.</summary>
    public static readonly FindingKind IdTwice = new("id.twice", Error,
        "The id '{0}' stands twice in this document, with different content.", "Give each fact its own id.",
        "标识“{0}”在本文档中出现两次且内容不同。", "请为每个事实使用不同的标识。");

    /// <summary>Not everything can be corrected by a correction.</summary>
    public static readonly FindingKind NotCorrectable = new("correction.kind", Error,
        "A fact of the kind '{0}' is not taken back by a correction.", "Release the hold, describe the master data anew, or correct the original once more.",
        "“{0}”类事实不能通过更正撤回。", "请解除冻结、重新描述主数据，或再次更正原事实。");

    /// <summary>A correction of something that never came.</summary>
    public static readonly FindingKind NothingToCorrect = new("correction.unknown", Error,
        "No fact with the id '{0}' is known.", "Check the id; a fact that arrives later under it will not stand.",
        "未找到标识为“{0}”的事实。", "请核对标识；之后以该标识到达的事实将不成立。");

    /// <summary>An entry longer than the ledger's bound.</summary>
    public static readonly FindingKind EntryTooLong = new("fact.entryTooLong", Error,
        "The fact takes {0} bytes, and an entry holds at most {1}.", "Move what is long into evidence, by its hash.",
        "该事实占 {0} 字节，条目上限为 {1} 字节。", "请将较长内容作为证据，以哈希值引用。");

    /// <summary>A rule of the company's own: this kind of fact brings that sort of evidence.</summary>
    public static readonly FindingKind EvidenceMissing = new("evidence.required", Error,
        "'{0}' must bring evidence of the sort '{1}'.", "Send the file (POST /evidence) and name it by its hash in 'evidence', with 'kind':'{1}'. Which kinds need what is at /evidence/rules.",
        "“{0}”必须附有“{1}”类证据。", "请先上传文件（POST /evidence），再在 evidence 中以其哈希值引用，kind 填“{1}”。各类事实的证据要求见 /evidence/rules。");

    /// <summary>No rule of evidence.</summary>
    public static readonly FindingKind NoEvidenceRule = new("evidence.rule", Error,
        "The details say no rule of evidence.", "Write {{\"for\":\"inspected\",\"evidence\":[\"testReport\"]}}: a kind of fact, and at most 20 sorts of evidence; an empty list takes the rule away.",
        "details 不是有效的证据要求。", "请写 {{\"for\":\"inspected\",\"evidence\":[\"testReport\"]}}：事实类型及至多 20 种证据；空列表表示取消要求。");

    /// <summary>All or nothing was asked for.</summary>
    public static readonly FindingKind WithOthers = new("document.allOrNothing", Note,
        "Not taken in, because another fact of the document was refused and the sender asked for all or nothing.", "Mend the other fact and send the document again.",
        "因同一文档中的其他事实被拒且发送方要求全部成功，本事实未被接收。", "请修正其他事实后重新发送整个文档。");
}

/// <summary>What admission decided about one draft.</summary>
/// <param name="Findings">Errors when refused; warnings of what is irregular when admitted.</param>
public sealed record Verdict(bool IsAdmitted, IReadOnlyList<Finding> Findings)
{
    /// <summary>Admitted, and nothing to say.</summary>
    public static readonly Verdict Plain = new(true, []);
}

/// <summary>
/// The one place that decides what happens to something that comes in. What our own people intend is refused when the rules
/// forbid it; what others report is admitted, and what the rules did not expect of it is said.
/// </summary>
public static class Admission
{
    /// <summary>How far a sender's clock may run ahead of ours.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    // Whoever binds a certificate has named its file: nobody must name it twice.
    private const string EvidenceOfCertificate = "certificate";

    /// <summary>How many findings one draft brings at most: a pallet of 5,000 held units needs no 5,000 sentences.</summary>
    public const int FindingsMax = 100;

    /// <summary>Refuse or admit. Changes nothing.</summary>
    /// <param name="foreseen">
    /// For what is intended: what the fact would do to each item, from <see cref="Telling.Foresee"/>. What is reported is not
    /// refused for what it does; its remarks are made when it is told.
    /// </param>
    /// <param name="now">Our clock.</param>
    public static Verdict Weigh(Draft draft, IReadOnlyList<Touch> foreseen, Book book, EventTime now)
    {
        List<Finding>? findings = null;
        var fact = draft.Fact;
        if (fact.Happened.Microseconds - now.Microseconds > ClockSkewMax.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            (findings ??= []).Add(new Finding(CaptureFindings.InTheFuture, draft.Path + "/happened", fact.Happened.ToString(), now.ToString()));
        }

        if (draft.Canonical.Length > Draft.CanonicalMax)
        {
            (findings ??= []).Add(new Finding(CaptureFindings.EntryTooLong, draft.Path, draft.Canonical.Length.ToString(CultureInfo.InvariantCulture), Draft.CanonicalMax.ToString(CultureInfo.InvariantCulture)));
        }

        if (fact.Corrects is { } correction)
        {
            var target = book.Targets.GetValueOrDefault(Ledger.EntryKey.Of(draft.By, correction.Id));
            if (target is null)
            {
                (findings ??= []).Add(new Finding(CaptureFindings.NothingToCorrect, draft.Path + "/corrects/id", correction.Id) { Severity = For(draft) });
            }
            else if (!Telling.IsCorrectable(target.Fact.Kind))
            {
                (findings ??= []).Add(new Finding(CaptureFindings.NotCorrectable, draft.Path + "/corrects/id", target.Fact.Kind.Word));
            }
        }

        if (fact.Kind == Vocabulary.EvidenceRequired && EvidenceRule.Read(fact) is null)
        {
            (findings ??= []).Add(new Finding(CaptureFindings.NoEvidenceRule, draft.Path + "/details"));
        }

        foreach (var needed in book.Register.EvidenceFor(fact.Kind, draft.Sequence))
        {
            if (!fact.Evidence.Any(e => e.Kind == needed) && !(fact.Certificate is not null && needed == EvidenceOfCertificate))
            {
                (findings ??= []).Add(new Finding(CaptureFindings.EvidenceMissing, draft.Path + "/evidence", fact.Kind.Word, needed) { Severity = For(draft) });
            }
        }

        AddRemarks(draft, foreseen, ref findings);
        return findings is null ? Verdict.Plain : new Verdict(!findings.Exists(f => f.Severity == Error), findings);
    }

    /// <summary>What the rules did not expect of a fact, item by item: errors to who intends, warnings to who reports.</summary>
    public static void AddRemarks(Draft draft, IReadOnlyList<Touch> touches, ref List<Finding>? findings)
    {
        for (var i = 0; i < touches.Count; i++)
        {
            var touch = touches[i];
            if (touch.Turn.Irregular == Irregularity.None || findings?.Count >= FindingsMax)
            {
                continue;
            }

            foreach (var row in Irregularities.All)
            {
                if ((touch.Turn.Irregular & row.Irregularity) != 0)
                {
                    (findings ??= []).Add(new Finding(row.Finding, draft.Path + touch.Path, touch.Item.Identity.Text, Stages.Word(touch.Before.Stage, touch.Before.Hold), draft.Fact.Kind.Word)
                    {
                        Severity = For(draft),
                    });
                }
            }
        }
    }

    private static Severity For(Draft draft) => draft.Fact.Mode == Mode.Intended ? Error : Warning;
}
