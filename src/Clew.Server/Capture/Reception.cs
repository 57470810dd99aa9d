using System.Buffers;
using Clew.Access;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;

namespace Clew.Server.Capture;

/// <summary>What a sender can get wrong by who it is.</summary>
public static class ReceptionFindings
{
    /// <summary>The role does not allow it.</summary>
    public static readonly FindingKind MayNotSay = new("access.mayNotSay", Severity.Error,
        "The role '{0}' may not say '{1}'.", "Send it in the name of somebody who may, or ask the administrator for the role.",
        "角色“{0}”无权上报“{1}”。", "请由有权限的人员或系统上报,或向管理员申请角色。");

    /// <summary>More facts than one transaction takes.</summary>
    public static readonly FindingKind TooManyForOne = new("document.tooManyForOne", Severity.Error,
        "The document holds more than {0} facts and asks for all or nothing.", "Send it with 'GS1-Capture-Error-Behaviour: proceed', or in several documents.",
        "文档超过 {0} 条事实且要求全部成功。", "请以“GS1-Capture-Error-Behaviour: proceed”发送,或拆分为多个文档。");
}

/// <summary>Takes facts out of a document one by one: read, and told apart by whether the sender may say them.</summary>
public sealed class Reception(IFactSource source, Caller caller)
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>How far into the document, 0 to 1.</summary>
    public double Progress => source.Progress;

    /// <summary>The next draft, or why there is none; false at the end.</summary>
    public bool TryNext(out (Draft? Draft, IReadOnlyList<Finding> Findings) next)
    {
        if (!source.TryNext(out var read))
        {
            next = default;
            return false;
        }

        next = read.Fact is not { } fact ? (null, read.Findings)
            : caller.May(Roles.ToSay(fact.Kind)) ? (Draft.Of(fact, caller.Name, read.Path, buffer), read.Findings)
            : (null, [.. read.Findings, new Finding(ReceptionFindings.MayNotSay, read.Path, caller.Role, fact.Kind.Word)]);
        return true;
    }

    /// <summary>Up to so many drafts.</summary>
    public List<(Draft? Draft, IReadOnlyList<Finding> Findings)> Take(int max)
    {
        var drafts = new List<(Draft?, IReadOnlyList<Finding>)>();
        while (drafts.Count < max && TryNext(out var next))
        {
            drafts.Add(next);
        }

        return drafts;
    }
}
