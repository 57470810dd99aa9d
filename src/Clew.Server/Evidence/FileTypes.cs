using System.Text;

namespace Clew.Server.Evidence;

/// <summary>A type of file that is kept as evidence.</summary>
/// <param name="MediaType">As it is sent.</param>
/// <param name="LengthMax">The longest of its sort, in bytes.</param>
/// <param name="HasThumbnail">An image that we can make a small picture of.</param>
/// <param name="Begins">Whether bytes are of this type, by how they begin.</param>
public sealed record FileType(string MediaType, int LengthMax, bool HasThumbnail, Func<byte[], bool> Begins);

/// <summary>
/// Which files are kept as evidence (TABLE). What can carry a script or a program is not: web pages, SVG, office documents with
/// macros, executables.
/// </summary>
public static class FileTypes
{
    private const int Mega = 1 << 20;

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All types. Where nobody says what a file is, the first that fits.</summary>
    public static IReadOnlyList<FileType> All { get; } =
    [
        new("application/pdf",  64 * Mega, false, b => Has(b, "%PDF-")),
        new("image/jpeg",       32 * Mega, true,  b => b is [0xFF, 0xD8, 0xFF, ..]),
        new("image/png",        32 * Mega, true,  b => b is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..]),
        new("image/webp",       32 * Mega, true,  b => Has(b, "RIFF") && Has(b, "WEBP", at: 8)),
        new("image/tiff",       64 * Mega, false, b => b is [(byte)'I', (byte)'I', 0x2A, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A, ..]),
        new("application/dicom", 64 * Mega, false, b => Has(b, "DICM", at: 128)),
        new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",       32 * Mega, false, b => IsOffice(b, "xl/")),
        new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 32 * Mega, false, b => IsOffice(b, "word/")),
        new("application/json", 32 * Mega, false, b => IsText(b) && First(b) is '{' or '['),
        new("application/xml",  32 * Mega, false, b => IsText(b) && First(b) == '<' && !IsPage(b)),
        new("text/xml",         32 * Mega, false, b => IsText(b) && First(b) == '<' && !IsPage(b)),
        new("text/csv",         64 * Mega, false, b => IsText(b) && First(b) != '<' && !Has(b, "#!")),
        new("text/plain",       16 * Mega, false, b => IsText(b) && First(b) != '<' && !Has(b, "#!")),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The type of this name, or nothing.</summary>
    public static FileType? Find(string mediaType) => All.FirstOrDefault(t => t.MediaType == mediaType);

    /// <summary>The type of these bytes: the one that was said, if they are of it; the first that fits where none was said.</summary>
    public static FileType? Of(string? said, byte[] bytes) => said is null ? All.FirstOrDefault(t => t.Begins(bytes)) : Find(said) is { } type && type.Begins(bytes) ? type : null;

    private static bool Has(byte[] bytes, string text, int at = 0) => bytes.AsSpan(Math.Min(at, bytes.Length)).StartsWith(Encoding.ASCII.GetBytes(text));

    // The names of the parts stand in the archive as they are; one with macros has a part of that name.
    private static bool IsOffice(byte[] bytes, string folder) =>
        Has(bytes, "PK\u0003\u0004") && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(folder)) >= 0 && bytes.AsSpan().IndexOf("vbaProject.bin"u8) < 0;

    private static bool IsText(byte[] bytes) => bytes.Length > 0 && bytes.AsSpan().IndexOf((byte)0) < 0 && System.Text.Unicode.Utf8.IsValid(bytes);

    private static bool IsPage(byte[] bytes)
    {
        var head = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 1_024)));
        return head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase) || head.Contains("<svg", StringComparison.OrdinalIgnoreCase);
    }

    private static char First(byte[] bytes)
    {
        var at = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at < bytes.Length ? (char)bytes[at] : '\0';
    }
}
