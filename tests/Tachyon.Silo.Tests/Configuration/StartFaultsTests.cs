using System.Net.Sockets;
using Tachyon.Silo.Cli;

namespace Tachyon.Silo.Tests.Configuration;

/// <summary>A silo that cannot start says why in one line.</summary>
public sealed class StartFaultsTests
{
    [Fact]
    public void Fault_IsTheInnermostOne_InOneLine()
    {
        var fault = new AggregateException(new InvalidOperationException("outer", new InvalidDataException("the file\n   is no\tdatabase")));

        Assert.Equal("the silo could not start: the file is no database", StartFaults.Describe(fault));
    }

    [Fact]
    public void ConnectionThatFails_IsCalledThat() => Assert.StartsWith(
        "the silo could not start, as a connection failed: ",
        StartFaults.Describe(new OrleansException("no table", new SocketException((int)SocketError.ConnectionRefused))),
        StringComparison.Ordinal);
}
