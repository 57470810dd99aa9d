using System.Net;
using System.Net.Sockets;
using Clew.Identification;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>
/// Where webhooks may go: anywhere on the public internet, and to private networks only if the operator names them. Otherwise whoever may
/// subscribe could have us knock on doors inside the house (server-side request forgery).
/// </summary>
/// <remarks>
/// Asked of the address that is connected to, after the name was resolved and for every connection: a name that is harmless when it is
/// subscribed may mean another machine when it is called. Redirects are not followed, a proxy is not asked.
/// </remarks>
public sealed class Reach(IReadOnlyList<IPNetwork> allowed)
{
    /// <summary>How long a machine may take to answer the knock.</summary>
    private static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(5);

    /// <summary>An address that webhooks may not go to.</summary>
    public static readonly FindingKind Closed = new("subscription.closed", Severity.Error,
        "'{0}' is at {1}, where webhooks may not go.", "Use an address on the public internet; the operator can open a private network with --reach.",
        "“{0}”位于 {1}，不允许向该地址投递。", "请使用公网地址；如需内网地址，请由运维人员以 --reach 开放。");

    // Whatever is not the public internet (IANA special-purpose address registries).
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ]).Select(IPNetwork.Parse),
    ];

    // What carries an IPv4 address in its last 32 bits: that one counts.
    private static readonly IPNetwork[] Carriers = [IPNetwork.Parse("::ffff:0:0/96"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("::/96")];

    /// <summary>The public internet only.</summary>
    public static Reach Public { get; } = new([]);

    /// <summary>Whether an address may be called.</summary>
    public bool Admits(IPAddress address)
    {
        if (allowed.Any(n => n.Contains(address)))
        {
            return true;
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6 && Carriers.Any(n => n.Contains(address)) && !address.Equals(IPAddress.IPv6Loopback) && !address.Equals(IPAddress.IPv6Any))
        {
            return Admits(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        }

        return !Special.Any(n => n.Contains(address));
    }

    /// <summary>Whether the operator has opened this network: then it need not be https there.</summary>
    public bool IsOpened(IPAddress address) => allowed.Any(n => n.Contains(address));

    /// <summary>Whether the operator has opened any: a name may then lead there.</summary>
    public bool OpensAny => allowed.Count > 0;

    /// <summary>What is wrong with a destination, as far as can be told now. A name that does not resolve may do so later.</summary>
    public async Task<Finding?> Check(Uri dest, string path, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(dest.DnsSafeHost, ct);
        }
        catch (SocketException)
        {
            return null;
        }

        return Array.Find(addresses, a => !Admits(a)) is { } closed ? new Finding(Closed, path, dest.Host, closed.ToString()) : null;
    }

    /// <summary>A client that goes nowhere else.</summary>
    public HttpClient Client(TimeSpan answerMax) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectMax,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16,
        ConnectCallback = Connect,
    })
    {
        Timeout = answerMax,
        MaxResponseContentBufferSize = 64 << 10,
    };

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        if (Array.Find(addresses, a => !Admits(a)) is { } closed)
        {
            throw new HttpRequestException($"{host} is at {closed}, where webhooks may not go.");
        }

        if (context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps && !addresses.All(IsOpened))
        {
            throw new HttpRequestException("Without https a webhook goes only where the operator has opened the network.");
        }

        // To the very addresses that were looked at.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
