using System.Globalization;

namespace Clew.Identification;

/// <summary>How much a finding weighs.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Kept and acted on, but somebody should look at it.</summary>
    Warning,

    /// <summary>Cannot be taken as it is.</summary>
    Error,
}

/// <summary>
/// One sort of thing that can be wrong with what the world sends us: a stable code, and a sentence and a remedy in both languages.
/// <c>{0}</c>, <c>{1}</c>… stand for the finding's arguments.
/// </summary>
/// <remarks>Codes are printed in <c>docs/reference/findings.md</c> and never change their meaning.</remarks>
public sealed record FindingKind(string Code, Severity Severity, string En, string EnRemedy, string Zh, string ZhRemedy);

/// <summary>
/// Something the world did that we cannot take as it is, or not without a word: never an exception of ours.
/// </summary>
/// <param name="Kind">Which sort.</param>
/// <param name="Path">Where: a JSON Pointer (RFC 6901) into the sender's document, or a character position for a scanned string.</param>
/// <param name="Arguments">What the sentence needs: the value met, what was expected.</param>
public sealed record Finding(FindingKind Kind, string Path, params string[] Arguments)
{
    /// <summary>The stable code, for machines.</summary>
    public string Code => Kind.Code;

    /// <summary>How much it weighs: usually its kind's severity.</summary>
    public Severity Severity { get; init; } = Kind.Severity;

    /// <summary>The arguments for a Chinese reader, where some are words; nothing where all are values, which read alike in every language.</summary>
    public string[]? ArgumentsZh { get; init; }

    /// <summary>What is wrong, in the reader's language.</summary>
    public string What(CultureInfo reader) => IsChinese(reader) ? Said(Kind.Zh, ArgumentsZh) : Said(Kind.En, null);

    /// <summary>How to mend it, in the reader's language.</summary>
    public string Remedy(CultureInfo reader) => IsChinese(reader) ? Said(Kind.ZhRemedy, ArgumentsZh) : Said(Kind.EnRemedy, null);

    /// <summary>The same finding seen from one level further out: its path gains a prefix.</summary>
    public Finding Under(string prefix) => prefix.Length == 0 ? this : this with { Path = prefix + Path };

    /// <inheritdoc/>
    public override string ToString() => $"{Code} at {Path}: {What(CultureInfo.InvariantCulture)}";

    // What was met may hold a separator; no reader can see one.
    private string Said(string sentence, string[]? arguments) => string.Format(CultureInfo.InvariantCulture, sentence, Array.ConvertAll(arguments ?? Arguments, Visible.Of));

    private static bool IsChinese(CultureInfo reader) => reader.TwoLetterISOLanguageName == "zh";
}
