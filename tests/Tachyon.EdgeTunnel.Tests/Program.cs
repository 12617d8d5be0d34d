return await Tachyon.EdgeTunnel.Tests.ChildProcess.RunAsync(args);
