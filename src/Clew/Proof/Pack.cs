using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Clew.Proof;

/// <summary>
/// How an evidence pack is laid out: the names of its files, and how entries stand in it. A pack is a zip archive or a folder; its tiles
/// lie where C2SP tlog-tiles has them, so that other tools find them.
/// </summary>
public static class Pack
{
    /// <summary>What this layout is called.</summary>
    public const string Format = "clew-pack@v1";

    /// <summary>Entries, one a line, in the order of their positions: see <see cref="TryRead"/>.</summary>
    public const string Entries = "entries.jsonl";

    /// <summary>The signed checkpoint under whose root the entries lie.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>What an authority of time said of the checkpoint's text (RFC 3161, a TimeStampToken); not in every pack.</summary>
    public const string Timestamp = "checkpoint.tst";

    /// <summary>What the pack is about, and the length and SHA-256 of every file that no tree covers.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The ledger's signature under the manifest.</summary>
    public const string Signature = "manifest.note";

    /// <summary>The same for people.</summary>
    public const string Summary = "summary.html";

    /// <summary>The same on paper; not in every pack.</summary>
    public const string Paper = "summary.pdf";

    /// <summary>Folder of the tiles.</summary>
    public const string Tiles = "tile/";

    /// <summary>Folder of the files of evidence, each by the SHA-256 that entries name it by.</summary>
    public const string Files = "files/";

    /// <summary>Folder of the lists that were too long for an entry, each by the SHA-256 that the entry has in their place.</summary>
    public const string Lists = "lists/";

    /// <summary>Folder of the declarations of the ledger's keys, in their order.</summary>
    public const string Keys = "keys/";

    private static readonly byte[] Before = "{\"position\":"u8.ToArray();
    private static readonly byte[] Between = ",\"entry\":"u8.ToArray();

    /// <summary>The text of the note under the manifest.</summary>
    public static string SignatureText(string origin, ReadOnlySpan<byte> manifestSha256) => $"{Format}\n{origin}\n{Convert.ToHexStringLower(manifestSha256)}\n";

    /// <summary>What stands before an entry's bytes on its line; a brace and the line's end stand behind.</summary>
    public static byte[] Head(long position) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"position\":{position},\"entry\":"));

    /// <summary>Reads a line, without its end: JSON to anybody, and to us the entry's bytes exactly as they were hashed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out long position, out ReadOnlySpan<byte> entry)
    {
        position = 0;
        entry = default;
        if (!line.StartsWith(Before) || !Utf8Parser.TryParse(line[Before.Length..], out position, out var digits) || position < 0 || line[Before.Length] is < (byte)'0' or > (byte)'9')
        {
            return false;
        }

        var rest = line[(Before.Length + digits)..];
        if (!rest.StartsWith(Between) || rest[^1] != (byte)'}')
        {
            return false;
        }

        entry = rest[Between.Length..^1];
        return true;
    }
}
