using System.Diagnostics;
using System.Text;
using Clew.Symbols;

namespace Clew.Tests.Symbols;

/// <summary>Decoders that others wrote: libdmtx and ZBar, from Debian's dmtx-utils and zbar-tools.</summary>
internal static class Decoder
{
    private const string Nothing = "Nothing was read: ";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What libdmtx reads, FNC1 as GS. It may correct nothing: every module must be right.</summary>
    /// <remarks>It sometimes fails to find the outline of a flawless symbol (also of its own); in another resolution it then does.</remarks>
    public static async Task<string> DataMatrix(Symbol symbol, params string[] options)
    {
        var said = "";
        foreach (var pixels in (int[])[5, 8, 12, 3])
        {
            said = await Run("dmtxread", Png.Of(symbol, pixels), [.. options, "-N1", "-C0", "-m3000", $"-s{symbol.Height}x{symbol.Width}", .. symbol.IsGs1 ? ["-G29"] : (string[])[]]);
            if (!said.StartsWith(Nothing, StringComparison.Ordinal))
            {
                break;
            }
        }

        return said;
    }

    /// <summary>What libdmtx finds in a picture, of any size, correcting what a picture needs.</summary>
    public static Task<string> DataMatrix(byte[] picture) => Run("dmtxread", picture, ["-n", "-G29"]);

    /// <summary>What ZBar reads.</summary>
    public static Task<string> Bars(byte[] picture, string symbology) => Run("zbarimg", picture, ["-q", "--raw", "--oneshot", "-Sdisable", $"-S{symbology}.enable"]);

    private static async Task<string> Run(string program, byte[] picture, string[] options)
    {
        var at = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(at is null, $"{program} is missing: apt-get install dmtx-utils zbar-tools.");
        var file = Path.Combine(Path.GetTempPath(), $"clew-symbol-{Guid.NewGuid():N}.png");
        await File.WriteAllBytesAsync(file, picture, Stop);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(at!, [.. options, file]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 })!;
            var error = process.StandardError.ReadToEndAsync(Stop);
            var said = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            return said.Length > 0 ? said : $"{Nothing}{program} {await error}";
        }
        finally
        {
            File.Delete(file);
        }
    }
}
