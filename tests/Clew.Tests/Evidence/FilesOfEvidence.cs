using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Clew.Server.Evidence;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Clew.Tests.Evidence;

/// <summary>What is kept as evidence and what is not: types, lengths, viruses, and small pictures of images.</summary>
public sealed class FilesOfEvidence(Ground ground)
{
    // EICAR's test file, in two pieces, so that no scanner takes this source for one.
    private const string Eicar = @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_of_the_types_of_the_table_by_their_bytes()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        foreach (var (said, bytes, status, type) in new (string?, byte[], int, string)[]
        {
            ("application/pdf", "%PDF-1.7 x"u8.ToArray(), 201, "application/pdf"),
            (null, "%PDF-1.7 y"u8.ToArray(), 201, "application/pdf"),
            ("application/octet-stream", Picture(10, 10), 201, "image/png"),
            ("image/png", Picture(11, 10), 201, "image/png"),
            ("image/jpeg", Picture(12, 10, SKEncodedImageFormat.Jpeg), 201, "image/jpeg"),
            ("text/csv; charset=utf-8", Encoding.UTF8.GetBytes("器械,批号\n1,2\n"), 201, "text/csv"),
            ("text/plain", "# notes"u8.ToArray(), 201, "text/plain"),
            (null, "{\"a\":1}"u8.ToArray(), 201, "application/json"),
            ("image/png", "%PDF-1.7 x"u8.ToArray(), 415, "evidence.notAsSaid"),
            ("application/pdf", "MZ program"u8.ToArray(), 415, "evidence.notAsSaid"),
            ("text/html", "<html></html>"u8.ToArray(), 415, "evidence.type"),
            ("image/svg+xml", "<svg/>"u8.ToArray(), 415, "evidence.type"),
            ("application/xml", "<svg onload='x'/>"u8.ToArray(), 415, "evidence.notAsSaid"),
            ("text/plain", "<!doctype html>"u8.ToArray(), 415, "evidence.notAsSaid"),
            ("text/plain", "#!/bin/sh"u8.ToArray(), 415, "evidence.notAsSaid"),
            (null, [0x7F, (byte)'E', (byte)'L', (byte)'F', 0], 415, "evidence.type"),
            (null, [], 415, "evidence.type"),
        })
        {
            var (found, body) = await Send(system, bytes, said);
            found.ShouldBe(status, $"{said} {body}");
            if (status == 201)
            {
                using var kept = await system.GetAsync(body.GetProperty("address").GetString(), Stop);
                kept.Content.Headers.ContentType!.MediaType.ShouldBe(type);
                (await kept.Content.ReadAsByteArrayAsync(Stop)).ShouldBe(bytes);
            }
            else
            {
                body.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe(type, said);
            }
        }

        // Each type has a length of its own.
        (await Send(system, Encoding.ASCII.GetBytes(new string('x', (16 << 20) + 1)), "text/plain")).Status.ShouldBe(413);
        (await Send(system, Encoding.ASCII.GetBytes(new string('x', (16 << 20) + 1)), "text/csv")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task An_image_has_a_small_picture_turned_upright_and_a_bomb_has_none()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var sha256 = (await Send(system, Picture(1000, 500), "image/png")).Body.GetProperty("sha256").GetString();
        using (var answer = await system.GetAsync($"/evidence/{sha256}/thumbnail", Stop))
        {
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            using var small = SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync(Stop));
            (small.Width, small.Height).ShouldBe((240, 120));

            // The left half is red, the right one blue.
            (small.GetPixel(20, 60), small.GetPixel(220, 60)).ShouldBe((SKColors.Red, SKColors.Blue));
        }

        // A phone held upright: 1000 × 500 with the mark "turn a quarter to the right".
        var turned = Turned(Picture(1000, 500, SKEncodedImageFormat.Jpeg));
        sha256 = (await Send(system, turned, "image/jpeg")).Body.GetProperty("sha256").GetString();
        using (var small = SKBitmap.Decode(await system.GetByteArrayAsync($"/evidence/{sha256}/thumbnail", Stop)))
        {
            (small.Width, small.Height).ShouldBe((120, 240));
            (small.GetPixel(60, 20).Red > 200, small.GetPixel(60, 220).Blue > 200).ShouldBe((true, true));
        }

        var bomb = Picture(10_000, 10_000);
        bomb.Length.ShouldBeLessThan(1 << 20);
        sha256 = (await Send(system, bomb, "image/png")).Body.GetProperty("sha256").GetString();
        (await system.Ask($"/evidence/{sha256}/thumbnail")).ShouldBeRefused(404, "question.notFound", "");
        var cut = Picture(300, 300)[..200];
        sha256 = (await Send(system, cut, "image/png")).Body.GetProperty("sha256").GetString();
        (await system.Ask($"/evidence/{sha256}/thumbnail")).Status.ShouldBeOneOf(200, 404);
        sha256 = (await Send(system, "%PDF-1.7"u8.ToArray(), "application/pdf")).Body.GetProperty("sha256").GetString();
        (await system.Ask($"/evidence/{sha256}/thumbnail")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_program_scans_each_file_and_what_it_cannot_scan_is_not_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The scanner of this test is a shell script.");
        }

        var folder = Directory.CreateTempSubdirectory("clew-scan").FullName;
        string Script(string name, string body)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return path;
        }

        // It counts what it gets, so that a file of many pieces is known to have arrived whole.
        var scanner = Script("scan", $"tee \"{folder}/seen\" | grep -q 'EICAR-STANDARD' && {{ echo Eicar-Test-Signature; exit 1; }}; exit 0");
        await using (var house = await House.Open(ground, b => b.Services.AddSingleton(ScanSettings.Read(scanner))))
        {
            using var system = await house.As("integrator");
            (await Send(system, Encoding.ASCII.GetBytes(Eicar), "text/plain")).ShouldBeRefused(422, "evidence.infected", "");
            (await Send(system, Encoding.ASCII.GetBytes(Eicar), "text/plain")).Body.GetProperty("title").GetString()!.ShouldContain("Eicar-Test-Signature");
            var large = Encoding.ASCII.GetBytes(new string('x', 3_000_000));
            (await Send(system, large, "text/plain")).Status.ShouldBe(201);
            new FileInfo(Path.Combine(folder, "seen")).Length.ShouldBe(large.Length);
            (await system.Ask("/evidence/" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(Eicar))))).Status.ShouldBe(404);
        }

        foreach (var broken in new[] { Script("fails", "cat >/dev/null; echo no database >&2; exit 2"), Script("dies", "kill -9 $$") })
        {
            await using var house = await House.Open(ground, b => b.Services.AddSingleton(ScanSettings.Read(broken)));
            using var system = await house.As("integrator");
            (await Send(system, "harmless"u8.ToArray(), "text/plain")).ShouldBeRefused(503, "evidence.notScanned", "");
            (await system.Ask("/evidence/" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("harmless"u8)))).Status.ShouldBe(404);
        }

        Should.Throw<ArgumentException>(() => ScanSettings.Read(Path.Combine(folder, "none"))).Message.ShouldContain("clamd://");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Clamd_is_asked_in_its_own_words()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clamd = Clamd(listener, Stop);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using (var house = await House.Open(ground, b => b.Services.AddSingleton(ScanSettings.Read($"clamd://127.0.0.1:{port}"))))
        {
            using var system = await house.As("integrator");
            (await Send(system, Encoding.ASCII.GetBytes(Eicar), "text/plain")).Body.GetProperty("title").GetString()!.ShouldContain("'Eicar-Signature'");
            (await Send(system, Encoding.ASCII.GetBytes(new string('x', 300_000)), "text/plain")).Status.ShouldBe(201);
            (await Send(system, Encoding.ASCII.GetBytes(new string('x', 600_000)), "text/plain")).ShouldBeRefused(503, "evidence.notScanned", ""); // Above its limit.
            listener.Stop();
            (await Send(system, "harmless"u8.ToArray(), "text/plain")).ShouldBeRefused(503, "evidence.notScanned", ""); // It is gone.
        }

        await clamd;
    }

    // As clamd's manual has it: zINSTREAM, pieces with their length before, a piece of no length; the answer ends with a zero.
    private static async Task Clamd(TcpListener listener, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ct);
                await using var stream = client.GetStream();
                var command = new byte[10];
                await stream.ReadExactlyAsync(command, ct);
                Encoding.ASCII.GetString(command).ShouldBe("zINSTREAM\0");
                using var whole = new MemoryStream();
                var length = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, ct);
                    var piece = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
                    if (piece.Length == 0)
                    {
                        break;
                    }

                    await stream.ReadExactlyAsync(piece, ct);
                    whole.Write(piece);
                }

                var text = Encoding.ASCII.GetString(whole.ToArray());
                var answer = text.Length > 500_000 ? "INSTREAM size limit exceeded. ERROR" : text.Contains("EICAR-STANDARD", StringComparison.Ordinal) ? "stream: Eicar-Signature FOUND" : "stream: OK";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\0"), ct);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<(int Status, JsonElement Body)> Send(HttpClient client, byte[] bytes, string? type)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var answer = await client.PostAsync("/evidence?name=x", content, Stop);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement);
    }

    // Its left half red, its right half blue.
    private static byte[] Picture(int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        surface.Canvas.Clear(SKColors.Red);
        using var blue = new SKPaint { Color = SKColors.Blue };
        surface.Canvas.DrawRect(width / 2f, 0, width / 2f, height, blue);
        using var image = surface.Snapshot();
        using var data = image.Encode(format, 95);
        return data.ToArray();
    }

    // With an Exif segment behind the first marker that holds one tag: orientation 6.
    private static byte[] Turned(byte[] jpeg)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
