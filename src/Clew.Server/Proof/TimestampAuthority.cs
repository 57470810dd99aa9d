using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Tsp;

namespace Clew.Server.Proof;

/// <summary>
/// Has the text of a checkpoint stamped by an authority of time (RFC 3161): that it was like this before then is said by somebody who
/// has nothing to do with us.
/// </summary>
public static class TimestampAuthority
{
    private const string Query = "application/timestamp-query";

    // A token with its chain of certificates is some kilobytes.
    private const int LengthMax = 64 << 10;

    /// <summary>Asks for a token over the text of a note.</summary>
    /// <exception cref="TspException">The answer is none, or is about something else.</exception>
    public static async Task<byte[]> Stamp(HttpClient http, Uri authority, string text, CancellationToken ct)
    {
        var generator = new TimeStampRequestGenerator();
        generator.SetCertReq(true);
        var request = generator.Generate(TspAlgorithms.Sha256, SHA256.HashData(Encoding.UTF8.GetBytes(text)), new BigInteger(1, RandomNumberGenerator.GetBytes(8)));
        using var content = new ByteArrayContent(request.GetEncoded());
        content.Headers.ContentType = new MediaTypeHeaderValue(Query);
        using var asked = new HttpRequestMessage(HttpMethod.Post, authority) { Content = content };
        using var answer = await http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        if (answer.Content.Headers.ContentLength > LengthMax)
        {
            throw new TspException("The answer is too long.");
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[LengthMax];
        var length = await stream.ReadAtLeastAsync(bytes, LengthMax, throwOnEndOfStream: false, ct);
        try
        {
            var response = new TimeStampResponse(bytes[..length]);
            response.Validate(request);
            return response.TimeStampToken?.GetEncoded() ?? throw new TspException($"The authority refused: {response.GetStatusString()}");
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidCastException)
        {
            throw new TspException("The answer is none.", e);
        }
    }
}
