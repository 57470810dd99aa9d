using Clew.Identification;

namespace Clew.Proof;

/// <summary>What can be wrong with proofs and notes that somebody hands us.</summary>
public static class ProofFindings
{
    /// <summary>No verifier key.</summary>
    public static readonly FindingKind Key = new("proof.key", Severity.Error,
        "'{0}' is no verifier key.", "Write name+id+base64 as C2SP signed-note has it, with an Ed25519 key.",
        "“{0}”不是验证公钥。", "请按 C2SP signed-note 填写 名称+编号+base64，使用 Ed25519 密钥。");

    /// <summary>No signed note.</summary>
    public static readonly FindingKind Note = new("proof.note", Severity.Error,
        "This is no signed note.", "Send text, an empty line and signature lines, byte for byte as they were signed (C2SP signed-note).",
        "这不是签名文本。", "请按签名时的原始字节提供：正文、一个空行及签名行(C2SP signed-note)。");

    /// <summary>No checkpoint.</summary>
    public static readonly FindingKind Checkpoint = new("proof.checkpoint", Severity.Error,
        "The note is no checkpoint.", "Send origin, size and root, a line each (C2SP tlog-checkpoint).",
        "该签名文本不是检查点。", "请逐行提供来源、大小和根哈希(C2SP tlog-checkpoint)。");

    /// <summary>No proof.</summary>
    public static readonly FindingKind Proof = new("proof.proof", Severity.Error,
        "This is no proof of inclusion.", "Send a .tlog-proof as it was given out (C2SP tlog-proof).",
        "这不是包含证明。", "请提供原样导出的 .tlog-proof 文件(C2SP tlog-proof)。");

    /// <summary>No request to a witness.</summary>
    public static readonly FindingKind Request = new("proof.request", Severity.Error,
        "This is no request to a witness.", "Send 'old' and a size, the proof and an empty line, then the checkpoint (C2SP tlog-witness).",
        "这不是见证请求。", "请依次提供 old 与大小、证明、空行和检查点(C2SP tlog-witness)。");
}
