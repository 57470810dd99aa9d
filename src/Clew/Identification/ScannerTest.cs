using Clew.Identification.Gs1;

namespace Clew.Identification;

/// <summary>
/// What a scanner made of a symbol that we know: the settings under which its text becomes what the symbol holds, or what no setting
/// here can mend.
/// </summary>
/// <param name="Settings">What to set in its profile; nothing where the scanner itself must be set otherwise.</param>
/// <param name="SendsAim">Whether it puts AIM's identifier in front.</param>
/// <param name="LostSeparator">It swallows FNC1: two fields run together, and nobody can part them for sure.</param>
/// <param name="FirstDifference">The first character of what came that differs; -1 for none.</param>
public sealed record ScannerTest(ScannerSettings? Settings, bool SendsAim, bool LostSeparator, int FirstDifference)
{
    /// <summary>Compares what came with what the symbol holds.</summary>
    /// <param name="aim">AIM's identifier of the symbol, such as <c>]d2</c>.</param>
    /// <param name="holds">Its data, GS for FNC1 between elements; at most one such place.</param>
    public static ScannerTest Of(string aim, string holds, string came)
    {
        var folds = came.Any(ScannerSettings.IsFullWidth);
        var text = folds ? new ScannerSettings { FoldsFullWidth = true }.Undo(came) : came;
        var parts = holds.Split(ElementString.Separator);
        var first = text.IndexOf(parts[0], StringComparison.Ordinal);
        var last = first < 0 ? -1 : text.IndexOf(parts[^1], first + (parts.Length > 1 ? parts[0].Length : 0), StringComparison.Ordinal);
        if (first < 0 || last < 0)
        {
            return new ScannerTest(null, text.Contains(aim, StringComparison.Ordinal), false, Difference(holds, aim, text));
        }

        var front = text[..first];
        var sendsAim = front.EndsWith(aim, StringComparison.Ordinal);
        var between = parts.Length > 1 ? text[(first + parts[0].Length)..last] : "";
        var settings = new ScannerSettings
        {
            Prefix = sendsAim ? front[..^aim.Length] : front,
            Suffix = text[(last + parts[^1].Length)..],
            Separators = between.Length == 0 || between == ElementString.Separator.ToString() ? [] : [between],
            FoldsFullWidth = folds,
            SendsAim = sendsAim,
        };
        return new ScannerTest(settings, sendsAim, parts.Length > 1 && between.Length == 0, -1);
    }

    // Where a keyboard layout turned one character into another, the text has kept its place.
    private static int Difference(string holds, string aim, string text)
    {
        var start = text.IndexOf(aim, StringComparison.Ordinal) is >= 0 and var at ? at + aim.Length : 0;
        for (var i = start; i < text.Length; i++)
        {
            if (i - start >= holds.Length || text[i] != holds[i - start])
            {
                return i;
            }
        }

        return text.Length;
    }
}
