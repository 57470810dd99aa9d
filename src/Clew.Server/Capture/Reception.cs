using System.Buffers;
using System.Globalization;
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
        "角色“{0}”无权上报“{1}”。", "请由有权限的人员或系统上报，或向管理员申请角色。");

    /// <summary>Not a form that we read.</summary>
    public static readonly FindingKind MediaType = new("document.mediaType", Severity.Error,
        "Documents of the type '{0}' are not read here; its bytes are kept.", "Send JSON as 'application/json', EPCIS as 'application/ld+json' or 'application/xml'.",
        "无法读取“{0}”类型的文档，其字节已保存。", "请以 application/json 发送 JSON，或以 application/ld+json、application/xml 发送 EPCIS。");

    /// <summary>Packed for the way.</summary>
    public static readonly FindingKind Packed = new("document.encoding", Severity.Error,
        "The body is packed with '{0}', which is not undone here; its bytes are kept.", "Send it as it is, without 'Content-Encoding'.",
        "请求内容以“{0}”压缩，此处不解压，其字节已保存。", "请不使用 Content-Encoding，直接发送原文。");

    /// <summary>Mending somebody else's document would close what its sender does not know of.</summary>
    public static readonly FindingKind NotYours = new("document.notYours", Severity.Error,
        "There is no refused document '{0}' of yours.", "Give the number that /exceptions/documents shows; the document of another sender is mended by a role that may correct.",
        "没有属于您的被拒文档“{0}”。", "请使用 /exceptions/documents 中的编号；他人的文档须由有更正权限的角色修正。");

    /// <summary>Our own mistake, met by this document.</summary>
    public static readonly FindingKind Stumbled = new("document.stumbled", Severity.Error,
        "The document could not be recorded because of a mistake of ours; its bytes are kept.", "Do not send it again as it is. Tell the administrator its number; the log says more.",
        "由于本系统的错误，该文档未能记录，其字节已保存。", "请勿原样重发；请将文档编号告知管理员，详情见日志。");

    /// <summary>A job that never comes to its end.</summary>
    public static readonly FindingKind GivenUp = new("document.givenUp", Severity.Error,
        "The document was tried {0} times and could not be finished; what is admitted stands.", "Send it again: what is known already stays as it is. If it fails again, tell the administrator.",
        "该文档已尝试 {0} 次仍未完成，已接收的部分有效。", "请重新发送：已记录的内容不会重复；如仍失败，请联系管理员。");

    /// <summary>More facts than one transaction takes.</summary>
    public static readonly FindingKind TooManyForOne = new("document.tooManyForOne", Severity.Error,
        "The document holds more than {0} facts and asks for all or nothing.", "Send it with 'GS1-Capture-Error-Behaviour: proceed', or in several documents.",
        "文档超过 {0} 条事实且要求全部成功。", "请以“GS1-Capture-Error-Behaviour: proceed”发送，或拆分为多个文档。");
}

/// <summary>Takes facts out of a document one by one: read, and told apart by whether the sender may say them.</summary>
public sealed class Reception(IFactSource source, Caller caller)
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private int index;

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

        var path = string.Create(CultureInfo.InvariantCulture, $"/{index++}");
        next = read.Fact is not { } fact ? (null, read.Findings)
            : caller.May(Roles.ToSay(fact.Kind)) ? (Draft.Of(fact, caller.Name, path, buffer), read.Findings)
            : (null, [.. read.Findings, new Finding(ReceptionFindings.MayNotSay, path + "/kind", caller.Role, fact.Kind.Word)]);
        return true;
    }

    /// <summary>Up to so many drafts, and no more behind the one with which they are so long.</summary>
    public List<(Draft? Draft, IReadOnlyList<Finding> Findings)> Take(int max, int bytesMax = int.MaxValue)
    {
        var drafts = new List<(Draft?, IReadOnlyList<Finding>)>();
        for (var bytes = 0; drafts.Count < max && bytes < bytesMax && TryNext(out var next); bytes += (next.Draft?.Canonical.Length + next.Draft?.Beside.Sum(b => b.Length)) ?? 0)
        {
            drafts.Add(next);
        }

        return drafts;
    }
}
