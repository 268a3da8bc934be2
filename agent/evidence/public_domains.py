"""Mail domains that anybody can have an address at: such a domain names no supplier."""

_NAMES = """
126.com 163.com aim.com aol.com arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br
btinternet.com centrum.cz charter.net comcast.net cox.net daum.net earthlink.net email.com email.cz email.de
fastmail.com foxmail.com free.fr freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
icloud.com inbox.lv inbox.ru interia.pl juno.com laposte.net libero.it list.ru live.co.uk live.com live.de
live.fr live.nl mac.com mail.com mail.de mail.ru mailbox.org me.com msn.com mweb.co.za naver.com netscape.net
ntlworld.com o2.pl onet.pl online.de op.pl optonline.net orange.fr outlook.com outlook.de outlook.es
outlook.fr outlook.it pm.me posteo.de proton.me protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com
rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com sympatico.ca
t-online.de talktalk.net telenet.be telus.net terra.com.br tin.it tiscali.it tuta.io tutanota.com ukr.net
uol.com.br verizon.net virgilio.it virginmedia.com vodafone.de wanadoo.fr web.de windowslive.com wp.pl
xs4all.nl ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr
yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com
"""
PUBLIC_DOMAINS = frozenset(_NAMES.split())
