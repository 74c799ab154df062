# Asks the launcher of a session for the answer to an event of its client: perl ask.pl [--calls TEXT]... SOCKET [PROGRAM ARGUMENT ...]
#
# With --calls it asks only if the tool calls of the event contain one of these texts.
#
# It reads the event from standard input, and writes the answer to standard output. If the launcher does not answer, because it has
# exited, was stopped or failed, PROGRAM gets the event instead. Perl without any module starts in a fifth of the time of Node. This
# script never exits with code 2 by itself: the client would take that for a refusal of the call.

# How long to wait for the answer, in seconds. The launcher answers sooner, even to a call that waits for its turn in vain.
my $TIMEOUT = 25;

my @texts;
while (@ARGV && $ARGV[0] eq '--calls') {
  shift @ARGV;
  push @texts, shift @ARGV;
}
my ($socket, @otherwise) = @ARGV;
my $event = do { local $/; <STDIN> };
$event = '' unless defined $event;
# The part of the event before the calls is ignored: it always contains the path of the shared dir.
my $calls = substr($event, index($event, '"tool_calls":') + 1);
exit 0 if @texts && !grep { index($calls, $_) >= 0 } @texts;

my $answer = eval {
  local $SIG{PIPE} = 'IGNORE';
  local $SIG{ALRM} = sub { die "the launcher does not answer\n" };
  alarm $TIMEOUT;
  my $body = ask($socket, $event);
  alarm 0;
  $body;
};
alarm 0;
if (defined $answer) {
  print $answer;
  exit 0;
}
exit 0 unless @otherwise;
open(my $program, '|-', @otherwise) or exit 1;
print {$program} $event;
close $program;
exit(($? >> 8) || ($? ? 1 : 0));

# Returns the body of a complete answer with status 200, or dies.
sub ask {
  my ($path, $body) = @_;
  my $launcher = connected($path);
  my $request = "POST / HTTP/1.1\r\nHost: pclaude\r\nConnection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  for (my $sent = 0; $sent < length $request;) {
    $sent += syswrite($launcher, $request, length($request) - $sent, $sent) || die "cannot write: $!\n";
  }
  my $response = '';
  while (my $count = sysread($launcher, $response, 65536, length $response)) { }
  my ($head, $answer) = split /\r\n\r\n/, $response, 2;
  die "no success\n" unless defined $answer && $head =~ m{^HTTP/1\.[01] 200 };
  die "half an answer\n" unless $head =~ /^Content-Length: (\d+)\r?$/mi && $1 == length $answer;
  return $answer;
}

# On Linux these numbers are the same on every processor that Node runs on. Elsewhere the module Socket knows them; it takes as long to
# load as Perl itself.
sub connected {
  my ($path) = @_;
  my ($family, $stream, $address) = (1, 1, pack('S a* x', 1, $path));
  if ($^O ne 'linux') {
    require Socket;
    ($family, $stream, $address) = (Socket::AF_UNIX(), Socket::SOCK_STREAM(), Socket::pack_sockaddr_un($path));
  }
  socket(my $launcher, $family, $stream, 0) or die "no socket: $!\n";
  connect($launcher, $address) or die "no launcher answers: $!\n";
  return $launcher;
}
