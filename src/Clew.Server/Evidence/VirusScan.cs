using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Clew.Server.Evidence;

/// <summary>What a scan came to.</summary>
public enum Scanned
{
    /// <summary>Nothing was found, or nobody scans here.</summary>
    Clean,

    /// <summary>Something was found.</summary>
    Infected,

    /// <summary>The scanner did not answer: nobody knows.</summary>
    NotScanned,
}

/// <summary>Who scans files before they are kept.</summary>
/// <param name="Program">A program that reads the file from its input: exit code 0 clean, 1 infected, and the first line that it writes says with what.</param>
/// <param name="Clamd">A clamd to which the file is streamed (INSTREAM).</param>
public sealed record ScanSettings(string? Program, Uri? Clamd)
{
    /// <summary>Nobody.</summary>
    public static readonly ScanSettings None = new(null, null);

    /// <summary>Reads what the operator wrote: a program, or <c>clamd://host:port</c>.</summary>
    public static ScanSettings Read(string? text) => text is null ? None
        : text.StartsWith("clamd:", StringComparison.Ordinal)
            ? Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.Port > 0 ? new ScanSettings(null, uri) : throw new ArgumentException($"'{text}' is no clamd. Write it as clamd://127.0.0.1:3310.")
        : File.Exists(text) ? new ScanSettings(text, null) : throw new ArgumentException($"There is no program {text} to scan files with. Give its whole path, or clamd://host:port.");
}

/// <summary>Has every file scanned before it is kept. It fails closed: what could not be scanned is not kept.</summary>
public sealed class VirusScan(ScanSettings settings, ILogger<VirusScan> log)
{
    // The longest file takes a scanner some seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // clamd's own limit for a piece is far above.
    private const int ChunkMax = 1 << 16;

    /// <summary>Scans it, and says what was found or why nothing could be.</summary>
    public async Task<(Scanned Verdict, string What)> Look(byte[] bytes, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return settings.Clamd is { } clamd ? await Ask(clamd, bytes, patience.Token) : settings.Program is { } program ? await Run(program, bytes, patience.Token) : (Scanned.Clean, "");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is IOException or SocketException or Win32Exception)
        {
            return Failed(e.Message);
        }
    }

    private async Task<(Scanned, string)> Ask(Uri clamd, byte[] bytes, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(clamd.Host, clamd.Port, ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
        var length = new byte[4];
        for (var at = 0; at < bytes.Length; at += ChunkMax)
        {
            var chunk = bytes.AsMemory(at, Math.Min(ChunkMax, bytes.Length - at));
            BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length);
            await stream.WriteAsync(length, ct);
            await stream.WriteAsync(chunk, ct);
        }

        BinaryPrimitives.WriteInt32BigEndian(length, 0);
        await stream.WriteAsync(length, ct);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = (await reader.ReadToEndAsync(ct)).Trim('\0', '\n', '\r', ' ');
        return answer == "stream: OK" ? (Scanned.Clean, "")
            : answer.EndsWith(" FOUND", StringComparison.Ordinal) ? (Scanned.Infected, answer["stream: ".Length..^" FOUND".Length])
            : Failed(answer.Length > 0 ? answer : "clamd closed the line");
    }

    private async Task<(Scanned, string)> Run(string program, byte[] bytes, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            // It may have seen enough before the end and close its input.
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(bytes, ct);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // Its exit code says what it thinks.
            }

            await process.WaitForExitAsync(ct);
            var what = (await output).Split('\n')[0].Trim();
            return process.ExitCode switch
            {
                0 => (Scanned.Clean, ""),
                1 => (Scanned.Infected, what.Length > 0 ? what : "?"),
                var code => Failed($"{Path.GetFileName(program)} ended with {code}: {(await errors).Split('\n')[0].Trim()}"),
            };
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private (Scanned, string) Failed(string why)
    {
        log.LogError("A file could not be scanned and was not kept: {Why}", why);
        return (Scanned.NotScanned, why);
    }
}
