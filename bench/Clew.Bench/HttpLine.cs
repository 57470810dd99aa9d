using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Clew.Bench;

/// <summary>
/// One kept-alive HTTP/1.1 connection over a bare socket. The load must cost little beside what it measures: on two cores a
/// comfortable client would take half of what the server needs.
/// </summary>
internal sealed class HttpLine : IDisposable
{
    private readonly Socket socket;
    private readonly string host;
    private byte[] inbox = new byte[64 * 1024];
    private int headLength;

    public HttpLine(Uri server)
    {
        host = server.Authority;
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server.Host, server.Port);
    }

    /// <summary>A request, ready to be sent many times or once.</summary>
    public static byte[] Post(Uri server, string path, string key, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"));
        var request = new byte[head.Length + body.Length];
        head.CopyTo(request, 0);
        body.CopyTo(request.AsSpan(head.Length));
        return request;
    }

    public byte[] Get(string path, string key) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n");

    /// <summary>Sends one request and waits for its whole answer; returns the status.</summary>
    public async ValueTask<int> Send(ReadOnlyMemory<byte> request)
    {
        await socket.SendAsync(request);
        var have = 0;
        int headEnd;
        while ((headEnd = inbox.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
        {
            have += await Receive(have);
        }

        var head = inbox.AsMemory(0, headEnd + 4);
        var status = Utf8Parser.TryParse(head.Span[9..], out int read, out _) ? read : 0;
        var length = Length(head.Span);
        if (length >= 0)
        {
            while (have < head.Length + length)
            {
                have += await Receive(have);
            }
        }
        else
        {
            while (!inbox.AsSpan(0, have).EndsWith("0\r\n\r\n"u8))
            {
                have += await Receive(have);
            }
        }

        headLength = head.Length;
        Body = inbox.AsMemory(head.Length, have - head.Length);
        return status;
    }

    /// <summary>A header of the last answer; nothing where it has none.</summary>
    public string? Header(string name)
    {
        foreach (var line in Encoding.ASCII.GetString(inbox.AsSpan(0, headLength)).Split("\r\n"))
        {
            if (line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 2)..];
            }
        }

        return null;
    }

    /// <summary>The last answer's body as received.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public void Dispose() => socket.Dispose();

    private async ValueTask<int> Receive(int have)
    {
        if (have == inbox.Length)
        {
            Array.Resize(ref inbox, inbox.Length * 2);
        }

        var got = await socket.ReceiveAsync(inbox.AsMemory(have));
        return got > 0 ? got : throw new IOException("The server closed the connection.");
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : -1;
    }
}
