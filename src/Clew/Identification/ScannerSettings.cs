using System.Text;
using Clew.Identification.Gs1;

namespace Clew.Identification;

/// <summary>How a scanner is set: what it adds to a symbol's data and what it puts in the place of FNC1. Nothing that is not named here is undone.</summary>
public record ScannerSettings
{
    /// <summary>What it sends in place of FNC1, besides GS itself.</summary>
    public IReadOnlyList<string> Separators { get; init; } = [];

    /// <summary>What it puts before a symbol's data, such as STX.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What it puts behind, such as a line feed.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>Whether full-width letters and digits, as a Chinese input method makes them of keystrokes, are folded to ASCII.</summary>
    public bool FoldsFullWidth { get; init; }

    /// <summary>Whether it puts AIM's identifier in front of everything that it scans, or of nothing; nothing where nobody has said.</summary>
    public bool? SendsAim { get; init; }

    /// <summary>Whether a character is the full-width form of one of ASCII.</summary>
    public static bool IsFullWidth(char c) => c is (>= '\uff01' and <= '\uff5e') or '\u3000';

    /// <summary>The symbol's data out of what the scanner sent.</summary>
    public string Undo(string came) => Undo(came, out _);

    /// <summary>The symbol's data, and for every character of it (and the end) the place where it stood in what the scanner sent.</summary>
    internal string Undo(string came, out int[] places)
    {
        // Character for character, so that places stay; first, because the input method changes what the scanner adds as well.
        came = FoldsFullWidth ? string.Create(came.Length, came, static (folded, wide) =>
        {
            for (var i = 0; i < folded.Length; i++)
            {
                folded[i] = wide[i] == '\u3000' ? ' ' : IsFullWidth(wide[i]) ? (char)(wide[i] - 0xfee0) : wide[i];
            }
        }) : came;
        var (from, end) = (0, came.Length);
        if (Prefix.Length > 0 && came.StartsWith(Prefix, StringComparison.Ordinal))
        {
            from = Prefix.Length;
        }

        if (Suffix.Length > 0 && came.AsSpan(from).EndsWith(Suffix, StringComparison.Ordinal))
        {
            end -= Suffix.Length;
        }

        var data = new StringBuilder(end - from);
        var at = new List<int>(end - from + 1);
        while (from < end)
        {
            at.Add(from);
            var separator = Separators.FirstOrDefault(s => s.Length > 0 && came.AsSpan(from, end - from).StartsWith(s, StringComparison.Ordinal));
            if (separator is not null)
            {
                data.Append(ElementString.Separator);
                from += separator.Length;
                continue;
            }

            data.Append(came[from++]);
        }

        at.Add(came.Length);
        places = [.. at];
        return data.ToString();
    }
}
